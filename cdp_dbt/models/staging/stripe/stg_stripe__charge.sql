with

source as ({{ current_rows('stripe', 'charges') }}),

final as (
    select
        id as charge_id,
        raw_id,
        customer as customer_id,
        invoice as invoice_id,
        status,
        upper(currency) as currency_code,
        {{ money_from_minor_units('amount', 'currency') }} as charged_amount,
        {{ money_from_minor_units('amount_refunded', 'currency') }} as refunded_amount,
        paid as is_paid,
        billing_details,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
