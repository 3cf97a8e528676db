with invoice as (

    select * from {{ ref('stg_stripe__invoice') }}

),

final as (

    select
        invoice_id,
        raw_id,
        party_source_record_id,
        {{ record_id('stripe', 'invoice', 'invoice_id') }} as document_id,
        'billed' as revenue_type,
        currency_code,
        total_amount as amount,
        invoice_date as transaction_date,
        source_updated_at
    from invoice
    where coalesce(status, 'draft') not in ('draft', 'void')

)

select * from final
