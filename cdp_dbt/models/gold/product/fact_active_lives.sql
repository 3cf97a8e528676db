{{ config(materialized='restated', unique_key=['customer_id', 'activity_date'], cluster_by=['activity_date', 'customer_id']) }}
{%- set window_days = 90 %}
{%- call touching('customer_id, activity_date') %}
    select coalesce(membership.customer_id, 'unknown') as customer_id, day.date_day as activity_date
    from {{ changes('leave_event') }} as leave_event
    left join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = leave_event.party_source_record_id
    inner join {{ ref('dim_time') }} as day
        on day.date_day >= leave_event.event_date and day.date_day < leave_event.event_date + {{ window_days }}
{%- endcall %}
{%- call touching('activity_date') %} {{ new_days('activity_date') }} {%- endcall %}
{%- call touching('customer_id') %}
    {{ touched_by_membership() }}
    union
    select customer_id from {{ changes('int_customer__version_day') }} as version_day
{%- endcall %}

with

membership as (select * from {{ ref('int_customer__membership') }}),

version_day as (select * from {{ ref('int_customer__version_day') }}),

-- by customer, not by tenant: an employee of two merged tenants is one life
seen as (
    select distinct coalesce(membership.customer_id, 'unknown') as customer_id, leave_event.employee_id, leave_event.event_date
    from {{ ref('leave_event') }} as leave_event
    left join membership on membership.source_record_id = leave_event.party_source_record_id
    where leave_event.event_date <= {{ business_date(as_of()) }}
        and {{ touched({
            'customer_id': "coalesce(membership.customer_id, 'unknown')",
            'customer_id, activity_date':
                "coalesce(membership.customer_id, 'unknown') in (select customer_id from :keys) "
                ~ 'and leave_event.event_date > :least - ' ~ window_days ~ ' and leave_event.event_date <= :greatest',
            'activity_date': 'leave_event.event_date > :least - ' ~ window_days,
        }) }}
),

neighboured as (
    select seen.*,
        lag(event_date) over (partition by customer_id, employee_id order by event_date) as previous_date,
        lead(event_date) over (partition by customer_id, employee_id order by event_date) as next_date
    from seen
),

-- an employee begins to count with an event and stops after {{ window_days }} days without one
change as (
    select customer_id, event_date as changed_on, 1 as lives
    from neighboured
    where previous_date is null or previous_date + {{ window_days }} < event_date
    union all
    select customer_id, event_date + {{ window_days }} as changed_on, -1 as lives
    from neighboured
    where next_date is null or next_date > event_date + {{ window_days }}
),

level as (
    select customer_id, changed_on,
        sum(sum(lives)) over (partition by customer_id order by changed_on) as active_lives,
        lead(changed_on) over (partition by customer_id order by changed_on) as changed_again_on
    from change
    group by customer_id, changed_on
),

final as (
    select
        level.customer_id,
        coalesce(version_day.customer_version_id, 'unknown') as customer_version_id,
        cast(level.active_lives as bigint) as active_lives,
        day.date_day as activity_date
    from level
    inner join {{ ref('dim_time') }} as day
        on day.date_day >= level.changed_on and day.date_day < level.changed_again_on
        and day.date_day <= {{ business_date(as_of()) }}
    left join version_day
        on version_day.customer_id = level.customer_id
        and version_day.from_date <= day.date_day and version_day.to_date > day.date_day
    where level.active_lives > 0
)

select * from final
