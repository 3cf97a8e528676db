with

product as (select * from {{ ref('product') }}),

sold as (
    select product_code from {{ ref('revenue') }} where product_code is not null
    union
    select product_code from {{ ref('subscription') }} where product_code is not null
),

-- the ERP's catalogue speaks for a code that several systems know
catalogue as (
    select product.*
    from product
    where product_code is not null
    qualify row_number() over (
        partition by product_code
        order by case source_system when 'netsuite' then 1 else 2 end, source_updated_at desc, source_record_id
    ) = 1
),

member as (
    select product_code from catalogue
    union
    select product_code from sold
    union
    select 'unknown' as product_code
),

final as (
    select
        member.product_code,
        catalogue.source_record_id,
        case member.product_code
            when 'unknown' then 'Unknown product'
            else coalesce(catalogue.product_name, member.product_code)
        end as product_name,
        coalesce(catalogue.product_line, 'Unknown') as product_line,
        coalesce(catalogue.pricing_tier, 'Unknown') as pricing_tier,
        catalogue.currency_code,
        catalogue.list_price_amount,
        coalesce(catalogue.is_active, false) as is_active,
        catalogue.product_code is not null as is_catalogued
    from member
    left join catalogue on catalogue.product_code = member.product_code
)

select * from final
