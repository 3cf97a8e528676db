with

source as ({{ current_rows('stripe', 'subscriptions') }}),

final as (
    select
        id as subscription_id,
        raw_id,
        customer as customer_id,
        {{ record_id('stripe', 'customer', 'customer') }} as party_source_record_id,
        status,
        upper(currency) as currency_code,
        items,
        {{ epoch_to_timestamp('start_date') }} as started_at,
        {{ epoch_to_timestamp('canceled_at') }} as canceled_at,
        {{ epoch_to_timestamp('ended_at') }} as ended_at,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
