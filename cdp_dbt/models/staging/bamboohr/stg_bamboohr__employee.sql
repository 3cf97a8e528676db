with

source as ({{ current_rows('bamboohr', 'employees') }}),

final as (
    select
        id as employee_id,
        raw_id,
        supervisorid as manager_employee_id,
        employeenumber as employee_number,
        {{ full_name('firstname', 'lastname') }} as full_name,
        firstname as first_name,
        lastname as last_name,
        workemail as email,
        jobtitle as job_title,
        department,
        division,
        location,
        lower(status) as status,
        hiredate as hired_date,
        terminationdate as terminated_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
