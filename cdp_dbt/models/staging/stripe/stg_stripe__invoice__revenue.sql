with

invoice as (select * from {{ ref('stg_stripe__invoice') }}),

product as (select * from {{ ref('stg_stripe__product') }}),

-- newer versions of the API say `pricing` where older ones say `price`
line as (
    select
        invoice_id,
        coalesce(
            {{ json_text('element', 'pricing.price_details.product') }},
            {{ json_text('element', 'price.product') }}
        ) as product_id
    from {{ json_elements('invoice', 'lines', 'data') }} as invoice_line
),

invoice_of_one_product as (
    select
        line.invoice_id,
        min(product.product_code) as product_code
    from line
    left join product on line.product_id = product.product_id
    group by line.invoice_id
    having count(*) = count(product.product_code)
        and count(distinct product.product_code) = 1
),

final as (
    select
        invoice.invoice_id,
        invoice.raw_id,
        invoice.party_source_record_id,
        {{ record_id('stripe', 'invoice', 'invoice.invoice_id') }} as document_id,
        'billed' as revenue_type,
        invoice_of_one_product.product_code,
        invoice.currency_code,
        invoice.total_amount as amount,
        invoice.invoice_date as transaction_date,
        invoice.source_updated_at
    from invoice
    left join invoice_of_one_product on invoice.invoice_id = invoice_of_one_product.invoice_id
    where coalesce(invoice.status, 'draft') not in ('draft', 'void')
)

select * from final
