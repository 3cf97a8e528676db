with

source as ({{ version_rows('platform', 'organizations', created_at='created_at') }}),

final as (
    select
        id as organization_id,
        raw_id,
        {{ record_id('platform', 'organization', 'parent_organization_id') }} as parent_source_record_id,
        'organization' as record_type,
        {{ clean('name') }} as full_name,
        {{ clean('name') }} as company_name,
        {{ clean('billing_email') }} as email,
        {{ clean('phone') }} as phone,
        {{ clean('domain') }} as website,
        {{ clean('tax_id') }} as tax_id,
        {{ clean('street') }} as street,
        {{ clean('city') }} as city,
        {{ clean('region') }} as region,
        {{ clean('postal_code') }} as postal_code,
        upper({{ clean('country') }}) as country,
        {{ clean('industry') }} as industry,
        employee_count,
        is_deletion as is_deleted,
        is_current,
        created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from source
)

select * from final
