with

source as ({{ current_rows('salesforce', 'opportunity') }}),

final as (
    select
        id as opportunity_id,
        raw_id,
        accountid as account_id,
        ownerid as owner_user_id,
        {{ record_id('salesforce', 'account', 'accountid') }} as party_source_record_id,
        name as opportunity_name,
        stagename as stage_name,
        type as opportunity_type,
        upper(currencyisocode) as currency_code,
        {{ money('amount') }} as total_amount,
        isclosed as is_closed,
        iswon as is_won,
        closedate as close_date,
        createddate as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
