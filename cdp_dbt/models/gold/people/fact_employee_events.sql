with

staff as (select * from {{ ref('staff') }}),

staff_event as (select * from {{ ref('staff_event') }}),

recorded as (
    select
        source_record_id, employee_id, event_type, reason, department, job_title, event_date,
        false as is_inferred
    from staff_event
),

-- the list of employees knows hires and terminations that nobody recorded as events
inferred as (
    {%- for event_type, column in {'hire': 'hired_date', 'termination': 'terminated_date'}.items() %}
    select
        staff.source_record_id, staff.employee_id, '{{ event_type }}' as event_type, cast(null as varchar) as reason,
        staff.department, staff.job_title, staff.{{ column }} as event_date,
        true as is_inferred
    from staff
    where staff.{{ column }} is not null
        and not exists (
            select 1 from staff_event
            where staff_event.employee_id = staff.employee_id and staff_event.event_type = '{{ event_type }}'
        )
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

happened as (
    select * from recorded
    union all
    select * from inferred
),

final as (
    select
        happened.source_record_id || case when is_inferred then ':' || event_type else '' end as employee_event_id,
        coalesce(staff.employee_id, 'unknown') as employee_id,
        happened.source_record_id,
        happened.event_type,
        happened.reason,
        coalesce(happened.department, staff.department, 'Unknown') as department,
        coalesce(happened.job_title, staff.job_title, 'Unknown') as job_title,
        case
            when staff.employee_id is null then 0
            when happened.event_type = 'hire' then 1
            when happened.event_type = 'termination' then -1
            else 0
        end as headcount_change,
        happened.is_inferred,
        happened.event_date
    from happened
    left join staff on staff.employee_id = happened.employee_id
)

select * from final
