{{ config(materialized='restated', unique_key=['size_segment', 'week_start_date']) }}
{%- call touching('week_start_date') %}
    select day.week_start_date
    from {{ changes('fact_customer_health') }} as health
    inner join {{ ref('dim_time') }} as day on day.date_day = health.scored_date
    union
    select day.week_start_date
    from {{ ref('fact_customer_health') }} as health
    inner join {{ ref('dim_time') }} as day on day.date_day = health.scored_date
    inner join (
        select customer_version_id from {{ changes('dim_customer') }} as customer
        group by customer_version_id having min(size_segment) <> max(size_segment)
    ) as resized on resized.customer_version_id = health.customer_version_id
{%- endcall %}
with

health as (
    select
        health.*,
        day.week_start_date
    from {{ ref('fact_customer_health') }} as health
    inner join {{ ref('dim_time') }} as day on day.date_day = health.scored_date
    where health.customer_id <> 'unknown'
        and {{ touched({'week_start_date': 'day.week_start_date in (select * from :keys) and health.scored_date >= :least'}) }}
),

-- the last score of the week counts, and a fall on any day of it
customer_week as (
    select
        health.*,
        max(case when is_declining then 1 else 0 end) over (partition by customer_id, week_start_date) as has_declined
    from health
    qualify row_number() over (partition by customer_id, week_start_date order by scored_date desc) = 1
),

final as (
    select
        customer.size_segment,
        count(*) as customer_count,
        cast(sum(case customer_week.health_band when 'Healthy' then 1 else 0 end) as bigint) as healthy_customer_count,
        cast(sum(case customer_week.health_band when 'At-Risk' then 1 else 0 end) as bigint) as at_risk_customer_count,
        cast(sum(case customer_week.health_band when 'Critical' then 1 else 0 end) as bigint) as critical_customer_count,
        cast(sum(customer_week.has_declined) as bigint) as declining_customer_count,
        cast(round(sum(customer_week.reported_score) / count(*), 2) as numeric(9, 2)) as average_score,
        customer_week.week_start_date
    from customer_week
    inner join {{ ref('dim_customer') }} as customer
        on customer.customer_version_id = customer_week.customer_version_id
    group by customer.size_segment, customer_week.week_start_date
)

select * from final
