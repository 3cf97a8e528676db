{{ config(materialized='restated', unique_key=['health_band', 'date_day']) }}
{%- call touching('date_day') %}
    select day.date_day
    from {{ changes('fact_customer_health') }} as health
    inner join {{ ref('dim_time') }} as day
        on day.date_day >= health.scored_date and day.date_day < health.scored_date + 28
    union
    {{ new_days('date_day') }}
{%- endcall %}
with

health as (
    select
        customer_id, health_band, reported_score, scored_date,
        lead(scored_date) over (partition by customer_id order by scored_date) as scored_again_on
    from {{ ref('fact_customer_health') }}
    where customer_id <> 'unknown'
        and {{ touched({'date_day': 'scored_date > :least - 28 and scored_date <= :greatest'}) }}
),

-- a score stands until the next one, but no longer than four weeks
change as (
    select health_band, scored_date as changed_on, 1 as customers, reported_score as points
    from health
    union all
    select
        health_band,
        case when scored_again_on < scored_date + 28 then scored_again_on else scored_date + 28 end as changed_on,
        -1 as customers,
        -reported_score as points
    from health
),

level as (
    select
        health_band,
        changed_on,
        sum(sum(customers)) over (partition by health_band order by changed_on) as customers,
        sum(sum(points)) over (partition by health_band order by changed_on) as points,
        lead(changed_on) over (partition by health_band order by changed_on) as changed_again_on
    from change
    group by health_band, changed_on
),

final as (
    select
        level.health_band,
        cast(level.customers as bigint) as customer_count,
        cast(round(level.points / level.customers, 2) as numeric(9, 2)) as average_score,
        day.date_day
    from level
    inner join {{ ref('dim_time') }} as day
        on day.date_day >= level.changed_on and day.date_day < level.changed_again_on
        and day.date_day <= {{ business_date(as_of()) }}
    where level.customers > 0
)

select * from final
