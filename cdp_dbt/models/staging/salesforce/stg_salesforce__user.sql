with

source as ({{ current_rows('salesforce', 'user') }}),

final as (
    select
        id as user_id,
        raw_id,
        username,
        {{ full_name('firstname', 'lastname') }} as full_name,
        firstname as first_name,
        lastname as last_name,
        email,
        title as job_title,
        department,
        coalesce(isactive, false) as is_active,
        createddate as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
