{%- set is_ended = "subscription.status in ('canceled', 'incomplete', 'incomplete_expired')" -%}
{%- set ended_at = 'coalesce(subscription.ended_at, subscription.canceled_at)' -%}
with

subscription as (select * from {{ ref('stg_stripe__subscription') }}),

price as (select * from {{ ref('stg_stripe__price') }}),

product as (select * from {{ ref('stg_stripe__product') }}),

item as (
    select
        subscription_id,
        {{ json_text('element', 'price.id') }} as price_id,
        {{ to_numeric(json_text('element', 'quantity'), 18, 0) }} as quantity
    from {{ json_elements('subscription', 'items', 'data') }} as subscription_item
),

-- metered prices have no amount that is known beforehand
monthly as (
    select
        item.subscription_id,
        min(product.product_code) as product_code,
        sum(item.quantity) as seats,
        sum({{ money('item.quantity * coalesce(price.monthly_amount, 0)') }}) as mrr_amount
    from item
    left join price on item.price_id = price.price_id
    left join product on price.product_id = product.product_id
    group by item.subscription_id
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
        coalesce(monthly.mrr_amount, 0) as mrr_amount,
        {{ business_date('subscription.started_at') }} as started_date,
        case when {{ is_ended }} then {{ business_date(ended_at) }} end as ended_date,
        subscription.source_updated_at
    from subscription
    left join monthly on subscription.subscription_id = monthly.subscription_id
)

select * from final
