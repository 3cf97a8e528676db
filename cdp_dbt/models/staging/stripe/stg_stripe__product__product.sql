with

product as (select * from {{ ref('stg_stripe__product') }}),

price as (select * from {{ ref('stg_stripe__price') }}),

final as (
    select
        product.product_id,
        product.raw_id,
        product.product_code,
        product.product_name,
        price.currency_code,
        price.unit_price_amount as list_price_amount,
        product.is_active,
        product.source_updated_at
    from product
    left join price on product.default_price_id = price.price_id
)

select * from final
