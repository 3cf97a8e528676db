with source as (

    {{ version_rows('stripe', 'customers', created_at=epoch_to_timestamp('created')) }}

),

-- Stripe does not say what a payer is: private people pay from free mailboxes, and no company's name ends like theirs
classified as (

    select
        source.*,
        case
            when {{ matches('email', '@(gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|proton|protonmail)[.]') }}
                and not {{ matches("coalesce(name, '')", ' (inc|llc|llp|ltd|corp|co|plc|gmbh|ag|sa|sas|bv|ab|pty)[.]?$') }}
                then 'person'
            else 'organization'
        end as record_type
    from source

),

final as (

    select
        id as customer_id,
        raw_id,
        record_type,
        {{ clean('name') }} as full_name,
        case when record_type = 'organization' then {{ clean('name') }} end as company_name,
        {{ clean('email') }} as email,
        {{ clean('phone') }} as phone,
        description,
        {{ clean(json_text('address', 'line1')) }} as street,
        {{ clean(json_text('address', 'city')) }} as city,
        {{ clean(json_text('address', 'state')) }} as region,
        {{ clean(json_text('address', 'postal_code')) }} as postal_code,
        upper({{ clean(json_text('address', 'country')) }}) as country,
        upper(currency) as currency_code,
        {{ money_from_minor_units('balance', 'currency') }} as balance_amount,
        coalesce(delinquent, false) as is_delinquent,
        is_deletion as is_deleted,
        is_current,
        metadata,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from classified

)

select * from final
