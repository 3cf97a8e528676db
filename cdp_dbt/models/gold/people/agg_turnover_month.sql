with

event as (select * from {{ ref('fact_employee_events') }}),

month as (
    select distinct month_start_date
    from {{ ref('dim_time') }}
    where date_day <= {{ business_date(as_of()) }} and month_end_date >= (select min(event_date) from event)
),

movement as (
    select
        month.month_start_date,
        coalesce(sum(case event.headcount_change when 1 then 1 end), 0) as hire_count,
        coalesce(sum(case event.headcount_change when -1 then 1 end), 0) as termination_count
    from month
    left join event
        on cast(date_trunc('month', event.event_date) as date) = month.month_start_date
        and event.event_date <= {{ business_date(as_of()) }}
    group by month.month_start_date
),

counted as (
    select
        movement.*,
        sum(hire_count - termination_count) over (order by month_start_date) as closing_headcount
    from movement
),

averaged as (
    select
        counted.*,
        closing_headcount - hire_count + termination_count as opening_headcount,
        cast((2 * closing_headcount - hire_count + termination_count) / 2 as numeric(18, 1)) as average_headcount
    from counted
),

final as (
    select
        cast(opening_headcount as bigint) as opening_headcount,
        cast(hire_count as bigint) as hire_count,
        cast(termination_count as bigint) as termination_count,
        cast(closing_headcount as bigint) as closing_headcount,
        average_headcount,
        cast(round(100 * termination_count / nullif(average_headcount, 0), 2) as numeric(9, 2)) as turnover_pct,
        cast(round(
            1200 * sum(termination_count) over (order by month_start_date rows between 11 preceding and current row)
            / nullif(sum(average_headcount) over (order by month_start_date rows between 11 preceding and current row), 0), 2
        ) as numeric(9, 2)) as turnover_annual_pct,
        month_start_date
    from averaged
)

select * from final
