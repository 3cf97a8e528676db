with

source as ({{ version_rows('salesforce', 'lead', created_at='createddate') }}),

final as (
    select
        id as lead_id,
        raw_id,
        convertedaccountid as converted_account_id,
        convertedcontactid as converted_contact_id,
        'person' as record_type,
        {{ full_name('firstname', 'lastname') }} as full_name,
        {{ clean('firstname') }} as first_name,
        {{ clean('lastname') }} as last_name,
        {{ clean('company') }} as company_name,
        {{ clean('email') }} as email,
        {{ clean('phone') }} as phone,
        {{ clean('website') }} as website,
        {{ clean('street') }} as street,
        {{ clean('city') }} as city,
        {{ clean('state') }} as region,
        {{ clean('postalcode') }} as postal_code,
        upper({{ clean('country') }}) as country,
        status,
        leadsource as lead_source,
        coalesce(isconverted, false) as is_converted,
        is_deletion as is_deleted,
        is_current,
        createddate as created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from source
)

select * from final
