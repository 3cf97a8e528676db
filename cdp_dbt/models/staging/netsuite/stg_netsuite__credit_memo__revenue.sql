with

credit_memo as (select * from {{ ref('stg_netsuite__credit_memo') }}),

item as (select * from {{ ref('stg_netsuite__item') }}),

final as (
    select
        credit_memo.credit_memo_id,
        credit_memo.raw_id,
        credit_memo.party_source_record_id,
        {{ record_id('netsuite', 'credit_memo', 'credit_memo.credit_memo_id') }} as document_id,
        'billed' as revenue_type,
        item.product_code,
        credit_memo.currency_code,
        - credit_memo.total_amount as amount,
        credit_memo.credit_date as transaction_date,
        credit_memo.source_updated_at
    from credit_memo
    left join item on credit_memo.item_id = item.item_id
)

select * from final
