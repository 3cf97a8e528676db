with

staff as (select * from {{ ref('staff') }}),

member as (
    select employee_id from staff
    union
    select 'unknown' as employee_id
),

final as (
    select
        member.employee_id,
        staff.manager_employee_id,
        staff.source_record_id,
        staff.employee_number,
        coalesce(staff.full_name, 'Unknown employee') as full_name,
        staff.email,
        coalesce(staff.job_title, 'Unknown') as job_title,
        coalesce(staff.department, 'Unknown') as department,
        staff.division,
        staff.location,
        coalesce(staff.status, 'unknown') as status,
        coalesce(staff.status = 'active', false) as is_active,
        staff.hired_date,
        staff.terminated_date
    from member
    left join staff on staff.employee_id = member.employee_id
)

select * from final
