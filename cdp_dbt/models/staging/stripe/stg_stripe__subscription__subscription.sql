{%- set is_ended = "subscription.status in ('canceled', 'incomplete', 'incomplete_expired')" -%}
{%- set ended_at = 'coalesce(subscription.ended_at, subscription.canceled_at)' -%}
with subscription as (

    select * from {{ ref('stg_stripe__subscription') }}

),

item as (

    select
        subscription_id,
        {{ json_text('element', 'price.product') }} as product_code,
        {{ json_text('element', 'price.recurring.interval') }} as every,
        {{ to_numeric(json_text('element', 'price.recurring.interval_count'), 18, 0) }} as every_count,
        {{ to_numeric(json_text('element', 'price.unit_amount'), 18, 0) }} as unit_amount,
        {{ to_numeric(json_text('element', 'quantity'), 18, 0) }} as quantity
    from {{ json_elements('subscription', 'items', 'data') }} as subscription_item

),

-- a year has twelve months and, as Stripe counts, 52 weeks and 365 days; metered prices have no amount to come
monthly as (

    select
        subscription_id,
        min(product_code) as product_code,
        sum(quantity) as seats,
        round(sum({{ to_numeric(
            "quantity * coalesce(unit_amount, 0) / (12.0 * every_count)"
            ~ " * case every when 'year' then 1 when 'month' then 12 when 'week' then 52 when 'day' then 365 end"
        ) }})) as minor_units
    from item
    group by subscription_id

),

final as (

    select
        subscription.subscription_id,
        subscription.raw_id,
        subscription.party_source_record_id,
        monthly.product_code,
        case when {{ is_ended }} then 'canceled' else 'active' end as status,
        subscription.currency_code,
        monthly.seats,
        {{ money_from_minor_units('coalesce(monthly.minor_units, 0)', 'subscription.currency_code') }} as mrr_amount,
        {{ business_date('subscription.started_at') }} as started_date,
        case when {{ is_ended }} then {{ business_date(ended_at) }} end as ended_date,
        subscription.source_updated_at
    from subscription
    left join monthly on subscription.subscription_id = monthly.subscription_id

)

select * from final
