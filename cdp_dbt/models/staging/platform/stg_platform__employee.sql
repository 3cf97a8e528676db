with

source as ({{ current_rows('platform', 'employees') }}),

final as (
    select
        id as employee_id,
        raw_id,
        organization_id,
        {{ record_id('platform', 'organization', 'organization_id') }} as party_source_record_id,
        status,
        hired_on as hired_date,
        terminated_on as terminated_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
