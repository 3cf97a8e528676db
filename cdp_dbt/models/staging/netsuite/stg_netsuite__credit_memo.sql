with

source as ({{ current_rows('netsuite', 'creditmemo') }}),

final as (
    select
        id as credit_memo_id,
        raw_id,
        entity as customer_id,
        createdfrom as invoice_id,
        item as item_id,
        {{ record_id('netsuite', 'customer', 'entity') }} as party_source_record_id,
        tranid as document_number,
        upper(currency) as currency_code,
        {{ money('total') }} as total_amount,
        trandate as credit_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
