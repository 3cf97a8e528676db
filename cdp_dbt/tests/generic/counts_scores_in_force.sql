{#-
    On the newest day and on the day `days_before` it, each band has as many customers, with the mean score, as picking
    every customer's last score of the 28 days up to it says. One row per day and band that differs.
-#}
{% test counts_scores_in_force(model, score, days_before) %}
with

day as (
    select max(date_day) as date_day from {{ model }}
    union
    select max(date_day) - {{ days_before }} as date_day from {{ model }}
),

in_force as (
    select day.date_day, score.health_band, score.reported_score
    from {{ score }} as score
    inner join day on score.scored_date <= day.date_day and score.scored_date > day.date_day - 28
    where score.customer_id <> 'unknown'
    qualify row_number() over (partition by score.customer_id, day.date_day order by score.scored_date desc) = 1
),

counted as (
    select date_day, health_band, count(*) as customer_count, sum(reported_score) as points
    from in_force
    group by date_day, health_band
),

stated as (
    select model.date_day, model.health_band, model.customer_count, model.average_score
    from {{ model }} as model
    inner join day on day.date_day = model.date_day
)

select
    coalesce(counted.date_day, stated.date_day) as date_day,
    coalesce(counted.health_band, stated.health_band) as health_band,
    counted.customer_count as counted_customers,
    stated.customer_count as stated_customers
from counted
full outer join stated on stated.date_day = counted.date_day and stated.health_band = counted.health_band
where counted.customer_count is distinct from stated.customer_count
    or cast(round(counted.points / counted.customer_count, 2) as numeric(9, 2)) is distinct from stated.average_score
{% endtest %}
