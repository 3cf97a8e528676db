with

source as ({{ current_rows('netsuite', 'revenueplan') }}),

final as (
    select
        id as revenue_recognition_id,
        raw_id,
        invoice as invoice_id,
        invoiceitem as invoice_line_id,
        entity as customer_id,
        item as item_id,
        {{ record_id('netsuite', 'customer', 'entity') }} as party_source_record_id,
        upper(currency) as currency_code,
        {{ money('amount') }} as recognized_amount,
        recognitiondate as recognition_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
