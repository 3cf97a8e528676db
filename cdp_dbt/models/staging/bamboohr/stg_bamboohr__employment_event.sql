with

source as ({{ current_rows('bamboohr', 'employment_events') }}),

final as (
    select
        id as employment_event_id,
        raw_id,
        employeeid as employee_id,
        eventtype as event_type,
        reason,
        department,
        jobtitle as job_title,
        eventdate as event_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
