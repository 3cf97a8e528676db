with

source as ({{ current_rows('stripe', 'invoices') }}),

final as (
    select
        id as invoice_id,
        raw_id,
        customer as customer_id,
        subscription as subscription_id,
        {{ record_id('stripe', 'customer', 'customer') }} as party_source_record_id,
        number as document_number,
        lower(status) as status,
        upper(currency) as currency_code,
        {{ money_from_minor_units('total', 'currency') }} as total_amount,
        {{ money_from_minor_units('amount_paid', 'currency') }} as paid_amount,
        coalesce(lower(status), '') = 'void' as is_void,
        {{ business_date(epoch_to_timestamp('created')) }} as invoice_date,
        {{ business_date(epoch_to_timestamp('due_date')) }} as due_date,
        lines,
        {{ epoch_to_timestamp('period_start') }} as period_start_at,
        {{ epoch_to_timestamp('period_end') }} as period_end_at,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
