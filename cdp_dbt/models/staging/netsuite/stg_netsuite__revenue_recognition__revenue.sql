with

revenue_recognition as (select * from {{ ref('stg_netsuite__revenue_recognition') }}),

item as (select * from {{ ref('stg_netsuite__item') }}),

final as (
    select
        revenue_recognition.revenue_recognition_id,
        revenue_recognition.raw_id,
        revenue_recognition.party_source_record_id,
        {{ record_id('netsuite', 'invoice', 'revenue_recognition.invoice_id') }} as document_id,
        'recognized' as revenue_type,
        item.product_code,
        revenue_recognition.currency_code,
        revenue_recognition.recognized_amount as amount,
        revenue_recognition.recognition_date as transaction_date,
        revenue_recognition.source_updated_at
    from revenue_recognition
    left join item on revenue_recognition.item_id = item.item_id
)

select * from final
