with

source as ({{ version_rows('salesforce', 'account', created_at='createddate') }}),

final as (
    select
        id as account_id,
        raw_id,
        {{ record_id('salesforce', 'account', 'parentid') }} as parent_source_record_id,
        ownerid as owner_user_id,
        'organization' as record_type,
        type as account_type,
        {{ clean('name') }} as full_name,
        {{ clean('name') }} as company_name,
        {{ clean('billing_email__c') }} as email,
        {{ clean('phone') }} as phone,
        {{ clean('website') }} as website,
        {{ clean('tax_id__c') }} as tax_id,
        {{ clean('billingstreet') }} as street,
        {{ clean('billingcity') }} as city,
        {{ clean('billingstate') }} as region,
        {{ clean('billingpostalcode') }} as postal_code,
        upper({{ clean('billingcountry') }}) as country,
        {{ clean('industry') }} as industry,
        numberofemployees as employee_count,
        {{ money('annualrevenue') }} as annual_revenue_amount,
        is_deletion as is_deleted,
        is_current,
        createddate as created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from source
)

select * from final
