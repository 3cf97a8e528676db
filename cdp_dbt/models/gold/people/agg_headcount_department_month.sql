with

event as (
    select * from {{ ref('fact_employee_events') }}
    where event_date <= {{ business_date(as_of()) }}
),

month as (
    select distinct month_start_date, month_end_date
    from {{ ref('dim_time') }}
    where date_day <= {{ business_date(as_of()) }}
),

-- hired before anything else that happens on the day, and gone after it
standing as (
    select
        employee_id,
        department,
        event_date,
        sum(headcount_change) over (
            partition by employee_id order by event_date, headcount_change desc, employee_event_id rows unbounded preceding
        ) as headcount,
        lead(event_date) over (
            partition by employee_id order by event_date, headcount_change desc, employee_event_id
        ) as next_date
    from event
    where employee_id <> 'unknown'
),

final as (
    select
        standing.department,
        cast(sum(standing.headcount) as bigint) as headcount,
        month.month_start_date
    from standing
    inner join month
        on month.month_end_date >= standing.event_date
        and (standing.next_date is null or month.month_end_date < standing.next_date)
    group by standing.department, month.month_start_date
    having sum(standing.headcount) <> 0
)

select * from final
