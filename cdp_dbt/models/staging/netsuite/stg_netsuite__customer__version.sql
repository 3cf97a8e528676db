with

source as ({{ version_rows('netsuite', 'customer', created_at='datecreated') }}),

final as (
    select
        id as customer_id,
        raw_id,
        {{ record_id('netsuite', 'customer', 'parent') }} as parent_source_record_id,
        entityid as customer_number,
        case when isperson then 'person' else 'organization' end as record_type,
        case when isperson then {{ full_name('firstname', 'lastname') }} else {{ clean('companyname') }} end as full_name,
        {{ clean('firstname') }} as first_name,
        {{ clean('lastname') }} as last_name,
        {{ clean('companyname') }} as company_name,
        {{ clean('email') }} as email,
        {{ clean('phone') }} as phone,
        {{ clean('url') }} as website,
        {{ clean('vatregnumber') }} as tax_id,
        {{ clean('billstreet') }} as street,
        {{ clean('billcity') }} as city,
        {{ clean('billstate') }} as region,
        {{ clean('billzip') }} as postal_code,
        upper({{ clean('billcountry') }}) as country,
        upper(currency) as currency_code,
        coalesce(isinactive, false) as is_inactive,
        is_deletion as is_deleted,
        is_current,
        datecreated as created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from source
)

select * from final
