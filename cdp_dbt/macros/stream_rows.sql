{#-
    The rows of a raw stream that count. `current_rows` gives the newest version of every record that still exists,
    `version_rows` every version there ever was; both give the stream's own columns and
      raw_id, source_updated_at, extracted_at, and is_deletion: this version says that the record is gone.
    Rejected rows are taken out first, so that a bad new version never hides the good old one. How a stream is keyed,
    ordered and deleted is declared in cdp_platform/sources and reaches us as the meta of the dbt source.
-#}

{%- macro current_rows(source_system, stream) -%}
    {%- set rule = stream_rule(source_system, stream) -%}
    {%- set of_them = '1 = 1' -%}
    {%- if config.get('materialized') == 'restated' -%}
        {{ gone_mark(source_system, stream, rule) }}
        {%- set of_them = new_rows_mark([source_system, stream]) -%}
    {%- endif -%}
    select counted.*
    from (
        {{ counted_rows(source_system, stream, rule, of_them) | indent(8) }}
    ) as counted
    qualify {{ newest_of(rule) }} and not is_deletion
{%- endmacro -%}

{%- macro newest_of(rule) -%}
    row_number() over (
        partition by {{ rule.key | join(', ') }}
        order by source_updated_at desc nulls last, extracted_at desc, raw_id desc
    ) = 1
{%- endmacro -%}

{#-
    Also valid_from, when the version began to hold (the first one when the record was created), and is_current, the
    newest version of its record. The same version delivered twice counts once.
-#}
{%- macro version_rows(source_system, stream, created_at) -%}
    {%- set rule = stream_rule(source_system, stream) -%}
    {%- set key = rule.key | join(', ') -%}
    select
        counted.*,
        case
            when source_updated_at > min(source_updated_at) over (partition by {{ key }}) then source_updated_at
            else least(coalesce({{ created_at }}, source_updated_at), source_updated_at)
        end as valid_from,
        {{ newest_of(rule) }} as is_current
    from (
        {{ counted_rows(source_system, stream, rule) | indent(8) }}
    ) as counted
    qualify row_number() over (
        partition by {{ key }}, source_updated_at
        order by extracted_at desc, raw_id desc
    ) = 1
{%- endmacro -%}

{#- Raw rows up to the mark that no contract rejected, all versions; declared columns only, for an added one may clash. -#}
{%- macro counted_rows(source_system, stream, rule, of_them='1 = 1') -%}
    select
        {% for column in rule.columns %}delivered.{{ column }}, {% endfor %}
        delivered._airbyte_raw_id as raw_id,
        {{ source_updated_at(rule) }} as source_updated_at,
        delivered._airbyte_extracted_at as extracted_at,
        {{ is_deletion(rule) }} as is_deletion
    from (
        select
            raw_row.*
            {%- if rule.deletes == 'absence' %},
            -- judged before rejection: a record whose newest row is bad has been delivered all the same;
            -- a file's rows share one moment, those of a sync begin at the mark's delivered_from
            max(_airbyte_extracted_at) over (partition by {{ rule.key | join(', ') }})
                < coalesce({{ mark(source_system, stream, 'delivered_from') }}, max(_airbyte_extracted_at) over ())
                as is_absent
            {%- endif %}
        from {{ source('raw', source_system ~ '__' ~ stream) }} as raw_row
        where raw_row._airbyte_extracted_at <= {{ mark(source_system, stream, 'validated_until') }} and {{ of_them }}
    ) as delivered
    where not exists (
        select 1
        from {{ source('quarantine', 'rejected_row') }} as rejected
        where rejected.raw_id = delivered._airbyte_raw_id
            and rejected.source_system = '{{ source_system }}' and rejected.stream = '{{ stream }}'
    )
{%- endmacro -%}
