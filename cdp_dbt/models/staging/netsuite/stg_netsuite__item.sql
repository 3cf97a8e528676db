with

source as ({{ current_rows('netsuite', 'item') }}),

final as (
    select
        id as item_id,
        raw_id,
        itemid as product_code,
        displayname as product_name,
        class as product_line,
        pricingtier as pricing_tier,
        'USD' as currency_code,
        {{ money('baseprice') }} as list_price_amount,
        not coalesce(isinactive, false) as is_active,
        source_updated_at,
        extracted_at
    from source
)

select * from final
