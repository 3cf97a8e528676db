{%- set open_end = "cast('9999-12-31 00:00:00+00' as timestamptz)" %}

with

claim as (
    select
        customer_id, coalesce(full_name, company_name) as name, source_record_id,
        valid_from, coalesce(valid_to, {{ open_end }}) as valid_to
    from {{ ref('int_customer__version') }}
    where coalesce(full_name, company_name) is not null
),

stretch as ({{ stretches('claim', 'customer_id, name') }}),

final as (
    select
        customer_id,
        name,
        min(source_record_id) as source_record_id,
        count(distinct source_record_id) as record_count,
        max(valid_to) = {{ open_end }} as is_current,
        min(valid_from) as valid_from,
        nullif(max(valid_to), {{ open_end }}) as valid_to
    from stretch
    group by customer_id, name, stretch_number
)

select * from final
