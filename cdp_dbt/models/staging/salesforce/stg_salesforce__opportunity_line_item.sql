with

source as ({{ current_rows('salesforce', 'opportunitylineitem') }}),

final as (
    select
        id as opportunity_line_item_id,
        raw_id,
        opportunityid as opportunity_id,
        productcode as product_code,
        quantity,
        {{ money('unitprice') }} as unit_price_amount,
        {{ money('totalprice') }} as total_amount,
        servicedate as service_date,
        createddate as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
