{%- set rules = survivorship_rules() %}

with

version as (select * from {{ ref('int_customer__version') }}),

moment as (select * from {{ ref('int_customer__moment') }}),

asked as (select distinct attribute from {{ ref('survivorship_rule') }} where rule = 'frequency'),

said as (
    {%- for rule, columns in rules.items() %}
    select
        version.customer_id, version.source_record_id, version.valid_from, version.valid_to,
        asked.attribute,
        {{ survivor_said(columns) }} as said
    from asked
    inner join version on {{ survivor_has(columns) }}
    where asked.attribute = '{{ rule }}'
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        moment.customer_id,
        moment.changed_at,
        moment.is_latest,
        said.source_record_id,
        said.attribute,
        count(*) over (
            partition by moment.customer_id, moment.changed_at, said.attribute, said.said
        ) as record_count
    from moment
    inner join said
        on said.customer_id = moment.customer_id
        and said.valid_from <= moment.changed_at
        and (said.valid_to is null or said.valid_to > moment.changed_at)
)

select * from final
