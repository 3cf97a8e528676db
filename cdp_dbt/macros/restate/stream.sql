{#-
    The current rows of a raw stream, from those that stand and the raw rows that came since: no older raw row is read.
    A record that was deleted is remembered beside, in `<model>__gone`, so that an older version that comes late does not
    bring it back. Rejected rows never count, and a row is judged before the mark passes it, so no row that was read
    before can come to count, or cease to.
-#}
{%- macro restate_stream(built, code, now) -%}
    {%- set columns = column_list(built) -%}
    {%- set keys = config.require('unique_key') -%}
    {%- set log, fresh = changes_relation(built), changes_relation(built, '__fresh') -%}
    {%- set gone, left = changes_relation(built, '__gone'), changes_relation(built, '__left') -%}
    {%- set rows, since = new_rows_mark(code.stream), new_rows_only() -%}
    {%- do run_query('create or replace table ' ~ fresh ~ ' as select * from ' ~ built ~ ' where 1 = 0') -%}
    {%- do run_query('insert into ' ~ fresh ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from (' ~ code.body | replace(rows, since) ~ ') as fresh') -%}
    {%- do run_query(drop_beaten(fresh, built, keys)) -%}
    {%- set sides = [fresh] -%}
    {%- if code.gone -%}
        {%- do sides.append(left) -%}
        {%- do run_query('create or replace table ' ~ left ~ ' as ' ~ code.gone | replace('(1 = 1)', since)) -%}
        {%- do run_query(drop_beaten(fresh, gone, keys)) -%}
        {%- do run_query(drop_beaten(left, built, keys)) -%}
        {%- do run_query(drop_beaten(left, gone, keys)) -%}
    {%- endif -%}
    {%- set key, chosen = keys | join(', '), [] -%}
    {%- for side in sides -%} {%- do chosen.append('(' ~ key ~ ') in (select ' ~ key ~ ' from ' ~ side ~ ')') -%} {%- endfor -%}
    {%- do forget_state() -%}
    {%- do begin_rows() -%}
    {%- do drop_seen_changes(built) -%}
    {%- do run_query('insert into ' ~ log ~ ' (change_seq, is_removed, ' ~ columns ~ ') select ' ~ now.seq ~ ', true, ' ~ columns ~ ' from ' ~ built ~ ' where ' ~ chosen | join(' or ')) -%}
    {%- do run_query('insert into ' ~ log ~ ' (change_seq, is_removed, ' ~ columns ~ ') select ' ~ now.seq ~ ', false, ' ~ columns ~ ' from ' ~ fresh) -%}
    {%- do apply_changes(built, columns, key, now) -%}
    {%- if code.gone -%}
        {%- do run_query('delete from ' ~ gone ~ ' where ' ~ chosen | join(' or ')) -%}
        {%- do run_query('insert into ' ~ gone ~ ' select * from ' ~ left) -%}
    {%- endif -%}
    {{ return(count_changes(built, fresh, now, none)) }}
{%- endmacro -%}

{%- macro new_rows_only() -%}
    raw_row._airbyte_extracted_at > coalesce({{ seen('until') }}, cast('1900-01-01 00:00:00+00' as timestamptz))
{%- endmacro -%}

{#- New rows are newer by delivery; a version that the source changed later stands all the same. -#}
{%- macro drop_beaten(rows, standing, keys) -%}
    delete from {{ rows }} where ({{ keys | join(', ') }}) in (
        select {% for key in keys %}beaten.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
        from {{ rows }} as beaten
        inner join {{ standing }} as standing
            on {% for key in keys %}standing.{{ key }} = beaten.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
        where standing.source_updated_at is not null
            and (beaten.source_updated_at is null or standing.source_updated_at > beaten.source_updated_at)
    )
{%- endmacro -%}

{#- In a model's SQL: the condition that stands for the raw rows that came since its last build. -#}
{%- macro new_rows_mark(stream) -%} {{ return('(1 = 1 /*new rows of ' ~ stream | join('.') ~ '*/)') }} {%- endmacro -%}

{#- In a model's SQL: which records are gone, by the model's names for the stream's key, and since when. -#}
{%- macro gone_mark(source_system, stream, rule) -%}
    {%- if rule.deletes == 'absence' -%}
        {{ exceptions.raise_compiler_error('who is absent from a delivery is seen in all of it: ' ~ model.name ~ ' cannot be restated') }}
    {%- elif rule.deletes in ('flag', 'tombstone') -%}
    /*gone select
        {%- for name in config.require('unique_key') %} {{ rule.key[loop.index0] }} as {{ name }}, {%- endfor %} source_updated_at
    from (
        {{ counted_rows(source_system, stream, rule, '(1 = 1)') | indent(8) }}
    ) as counted
    qualify {{ newest_of(rule) }} and is_deletion */
    {%- endif -%}
{%- endmacro -%}
