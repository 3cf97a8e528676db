with

source as ({{ version_rows('platform', 'users', created_at='created_at') }}),

final as (
    select
        id as user_id,
        raw_id,
        organization_id,
        {{ record_id('platform', 'organization', 'organization_id') }} as employer_source_record_id,
        {{ clean('device_id') }} as device_id,
        'person' as record_type,
        {{ full_name('first_name', 'last_name') }} as full_name,
        {{ clean('first_name') }} as first_name,
        {{ clean('last_name') }} as last_name,
        {{ clean('email') }} as email,
        {{ clean('phone') }} as phone,
        upper({{ clean('country') }}) as country,
        role,
        coalesce(is_active, false) as is_active,
        is_deletion as is_deleted,
        is_current,
        created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from source
)

select * from final
