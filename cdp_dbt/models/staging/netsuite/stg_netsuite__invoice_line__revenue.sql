with

invoice as (select * from {{ ref('stg_netsuite__invoice') }}),

invoice_line as (select * from {{ ref('stg_netsuite__invoice_line') }}),

item as (select * from {{ ref('stg_netsuite__item') }}),

final as (
    select
        invoice_line.invoice_line_id,
        invoice_line.raw_id,
        invoice.party_source_record_id,
        {{ record_id('netsuite', 'invoice', 'invoice.invoice_id') }} as document_id,
        'billed' as revenue_type,
        item.product_code,
        invoice.currency_code,
        invoice_line.line_amount as amount,
        invoice.invoice_date as transaction_date,
        invoice_line.source_updated_at
    from invoice_line
    inner join invoice on invoice_line.invoice_id = invoice.invoice_id
    left join item on invoice_line.item_id = item.item_id
    where not invoice.is_void
)

select * from final
