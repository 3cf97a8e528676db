{{ config(materialized='restated', unique_key=['customer_id'], meta={'compare': false}) }}
{%- set objects = [('salesforce', 'account'), ('netsuite', 'customer'), ('platform', 'organization')] %}

with

membership as (select * from {{ ref('int_customer__membership') }}),

subscription as (select distinct party_source_record_id from {{ ref('subscription') }}),

-- where a customer has several records of one kind, the surest of those that still exist speaks for it
ranked as (
    select
        membership.*,
        subscription.party_source_record_id is not null as has_subscription,
        row_number() over (
            partition by customer_id, source_system, source_object
            order by is_current desc, confidence desc nulls last, first_seen_at, source_record_id
        ) as position
    from membership
    left join subscription on subscription.party_source_record_id = membership.source_record_id
),

final as (
    select
        customer_id,
        {%- for system, object in objects %}
        max(case when source_system = '{{ system }}' and source_object = '{{ object }}' and position = 1 then source_id end)
            as {{ system }}_{{ object }}_id,
        {%- endfor %}
        count(*) as record_count,
        {%- for system, object in objects %}
        cast(max(
            case when source_system = '{{ system }}' and source_object = '{{ object }}' and position = 1 then confidence end
        ) as numeric(5, 4)) as {{ system }}_match_confidence,
        {%- endfor %}
        max(case when has_subscription then 1 else 0 end) = 1 as has_subscription
    from ranked
    group by customer_id
)

select * from final
