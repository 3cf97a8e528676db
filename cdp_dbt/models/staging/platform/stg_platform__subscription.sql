with

source as ({{ current_rows('platform', 'subscriptions') }}),

final as (
    select
        id as subscription_id,
        raw_id,
        organization_id,
        {{ record_id('platform', 'organization', 'organization_id') }} as party_source_record_id,
        product_code,
        status,
        'USD' as currency_code,
        seats,
        {{ money('mrr') }} as mrr_amount,
        started_on as started_date,
        ended_on as ended_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
