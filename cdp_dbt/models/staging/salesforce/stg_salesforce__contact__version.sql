with

source as ({{ version_rows('salesforce', 'contact', created_at='createddate') }}),

final as (
    select
        id as contact_id,
        raw_id,
        accountid as account_id,
        {{ record_id('salesforce', 'account', 'accountid') }} as employer_source_record_id,
        ownerid as owner_user_id,
        'person' as record_type,
        {{ full_name('firstname', 'lastname') }} as full_name,
        {{ clean('firstname') }} as first_name,
        {{ clean('lastname') }} as last_name,
        {{ clean('title') }} as job_title,
        {{ clean('email') }} as email,
        coalesce({{ clean('mobilephone') }}, {{ clean('phone') }}) as phone,
        {{ clean('phone') }} as business_phone,
        {{ clean('mailingstreet') }} as street,
        {{ clean('mailingcity') }} as city,
        {{ clean('mailingstate') }} as region,
        {{ clean('mailingpostalcode') }} as postal_code,
        upper({{ clean('mailingcountry') }}) as country,
        is_deletion as is_deleted,
        is_current,
        nullif({{ typed_date('birthdate') }}, date '1900-01-01') as birth_date,
        createddate as created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from source
)

select * from final
