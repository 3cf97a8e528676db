with

membership as (select * from {{ ref('int_customer__membership') }} where is_current),

final as (
    select
        customer_id,
        source_system,
        source_object,
        min(source_record_id) as first_source_record_id,
        max(source_record_id) as last_source_record_id,
        count(*) as record_count,
        count(*) - 1 as surplus_count,
        cast(min(confidence) as numeric(5, 4)) as lowest_confidence
    from membership
    group by customer_id, source_system, source_object
    having count(*) > 1
)

select * from final
