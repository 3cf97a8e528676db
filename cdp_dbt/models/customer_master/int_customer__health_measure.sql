{{ config(materialized='restated', unique_key=['customer_id', 'scored_date']) }}
{%- call touching('customer_id, scored_date') %}
    select customer_id, scored_date from {{ changes('int_customer__scored_day') }} as scored_day
    union
    select day.customer_id, day.scored_date
    from {{ changes('int_customer__usage_week') }} as usage_week
    inner join {{ ref('int_customer__scored_day') }} as day
        on day.customer_id = usage_week.customer_id
        and day.scored_date >= usage_week.week_end_date and day.scored_date < usage_week.week_end_date + 28
{%- endcall %}
{%- call touching('customer_id') %}
    select membership.customer_id
    from {{ changes('subscription') }} as subscription
    inner join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = subscription.party_source_record_id
    union
    {{ touched_by_membership() }}
{%- endcall %}
with

day as (
    select * from {{ ref('int_customer__scored_day') }}
    where {{ touched({'customer_id, scored_date': 'customer_id, scored_date', 'customer_id': 'customer_id'}) }}
),

usage_week as (select * from {{ ref('int_customer__usage_week') }}),

subscription as (
    select membership.customer_id, subscription.seats, subscription.started_date, subscription.ended_date
    from {{ ref('subscription') }} as subscription
    inner join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = subscription.party_source_record_id
),

recent_use as (
    select day.customer_id, day.scored_date, sum(usage_week.usage_count) as usage_count
    from day
    inner join usage_week
        on usage_week.customer_id = day.customer_id
        and usage_week.week_end_date > day.scored_date - 28
        and usage_week.week_end_date <= day.scored_date
    group by day.customer_id, day.scored_date
),

seat as (
    select day.customer_id, day.scored_date, sum(subscription.seats) as seats
    from day
    inner join subscription
        on subscription.customer_id = day.customer_id
        and subscription.started_date <= day.scored_date
        and (subscription.ended_date is null or subscription.ended_date >= day.scored_date)
    group by day.customer_id, day.scored_date
),

final as (
    select
        day.*,
        cast(coalesce(recent_use.usage_count, 0) as bigint) as usage_count_28d,
        cast(nullif(seat.seats, 0) as bigint) as seats
    from day
    left join recent_use on recent_use.customer_id = day.customer_id and recent_use.scored_date = day.scored_date
    left join seat on seat.customer_id = day.customer_id and seat.scored_date = day.scored_date
)

select * from final
