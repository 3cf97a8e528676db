{%- set price_per_unit = money_from_minor_units('unit_amount', 'currency') -%}
{%- set interval_count = to_numeric(json_text('recurring', 'interval_count'), 18, 0) -%}
with

source as ({{ current_rows('stripe', 'prices') }}),

final as (
    select
        id as price_id,
        raw_id,
        product as product_id,
        type as price_type,
        upper(currency) as currency_code,
        {{ price_per_unit }} as unit_price_amount,
        -- a year has twelve months and, as Stripe counts, 52 weeks and 365 days
        {{ to_numeric(price_per_unit ~ " / (12.0 * " ~ interval_count ~ ")"
            ~ " * case " ~ json_text('recurring', 'interval')
            ~ " when 'year' then 1 when 'month' then 12 when 'week' then 52 when 'day' then 365 end", 18, 6) }}
            as monthly_amount,
        coalesce(active, false) as is_active,
        recurring,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
