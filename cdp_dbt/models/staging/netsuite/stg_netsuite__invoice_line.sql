with

source as ({{ current_rows('netsuite', 'invoiceitem') }}),

final as (
    select
        id as invoice_line_id,
        raw_id,
        invoice as invoice_id,
        item as item_id,
        quantity,
        {{ money('rate') }} as unit_price_amount,
        {{ money('amount') }} as line_amount,
        source_updated_at,
        extracted_at
    from source
)

select * from final
