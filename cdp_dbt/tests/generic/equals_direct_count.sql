{#-
    On the newest day and on the day `days_before` it, active lives are what counting the leave events of the 90 days up
    to it says, customer by customer: two ways to the same number. One row per customer and day that differs.
-#}
{% test equals_direct_count(model, leave_event, membership, days_before) %}
with

day as (
    select max(activity_date) as activity_date from {{ model }}
    union
    select max(activity_date) - {{ days_before }} as activity_date from {{ model }}
),

counted as (
    select
        coalesce(membership.customer_id, 'unknown') as customer_id,
        day.activity_date,
        count(distinct leave_event.employee_id) as active_lives
    from {{ leave_event }} as leave_event
    inner join day
        on leave_event.event_date <= day.activity_date and leave_event.event_date > day.activity_date - 90
    left join {{ membership }} as membership on membership.source_record_id = leave_event.party_source_record_id
    group by coalesce(membership.customer_id, 'unknown'), day.activity_date
),

stated as (
    select model.customer_id, model.activity_date, model.active_lives
    from {{ model }} as model
    inner join day on day.activity_date = model.activity_date
)

select
    coalesce(counted.customer_id, stated.customer_id) as customer_id,
    coalesce(counted.activity_date, stated.activity_date) as activity_date,
    counted.active_lives as counted_lives,
    stated.active_lives as stated_lives
from counted
full outer join stated
    on stated.customer_id = counted.customer_id and stated.activity_date = counted.activity_date
where counted.active_lives is distinct from stated.active_lives
{% endtest %}
