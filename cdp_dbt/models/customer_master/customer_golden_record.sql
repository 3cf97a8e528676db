{%- set columns = survivorship_columns() %}

with

attribute as (select * from {{ ref('customer_attribute') }}),

membership as (select * from {{ ref('int_customer__membership') }} where is_current),

chosen as (
    select
        customer_id,
        {%- for column in columns %}
        max(case when attribute = '{{ column }}' then value end) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from attribute
    group by customer_id
),

record as (
    select
        customer_id,
        min(record_type) as customer_type,
        count(*) as record_count,
        count(distinct source_system) as source_count,
        min(first_seen_at) as first_seen_at
    from membership
    group by customer_id
),

final as (
    select
        record.customer_id,
        record.customer_type,
        {%- for column in columns if column not in ('birth_date', 'employee_count') %}
        chosen.{{ column }},
        {%- endfor %}
        cast(chosen.employee_count as bigint) as employee_count,
        record.record_count,
        record.source_count,
        cast(chosen.birth_date as date) as birth_date,
        record.first_seen_at
    from record
    left join chosen on chosen.customer_id = record.customer_id
)

select * from final
