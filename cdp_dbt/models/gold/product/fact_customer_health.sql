{{ config(materialized='restated', unique_key=['customer_id', 'scored_date']) }}
{%- call touching('customer_id') %}
    select customer_id from {{ changes('fact_customer_health_score') }} as score
    union
    select customer_id from {{ changes('int_customer__scored_day') }} as scored_day
    union
    select customer_id from {{ changes('int_customer__version_day') }} as version_day
{%- endcall %}
{%- set reported = var('reported_health_score') %}

with

scored_day as (select * from {{ ref('int_customer__scored_day') }}),

score as (
    select * from {{ ref('fact_customer_health_score') }} where {{ touched({'customer_id': 'customer_id'}) }}
),

version_day as (select * from {{ ref('int_customer__version_day') }}),

band as (select * from {{ ref('health_band') }}),

-- where the score that we report is missing, the other one stands in
reported as (
    select
        score.*,
        max(case when score_method = 'platform' then score end) over (partition by customer_id, scored_date) as platform_score,
        max(case when score_method = 'computed' then score end) over (partition by customer_id, scored_date) as computed_score
    from score
    qualify row_number() over (
        partition by customer_id, scored_date
        order by case score_method when '{{ reported }}' then 1 else 2 end, score_method
    ) = 1
),

changed as (
    select
        reported.*,
        score - lag(score) over (partition by customer_id order by scored_date) as change_points
    from reported
),

final as (
    select
        changed.customer_id,
        coalesce(version_day.customer_version_id, 'unknown') as customer_version_id,
        scored_day.party_source_record_id,
        changed.score_method,
        band.health_band,
        changed.platform_score,
        changed.computed_score,
        changed.score as reported_score,
        changed.usage_points, changed.engagement_points, changed.tickets_points, changed.nps_points, changed.adjustment_points,
        cast(changed.change_points as numeric(9, 4)) as change_points,
        coalesce(changed.change_points <= -10, false) as is_declining,
        changed.scored_date
    from changed
    inner join scored_day
        on scored_day.customer_id = changed.customer_id and scored_day.scored_date = changed.scored_date
    left join version_day
        on version_day.customer_id = changed.customer_id
        and version_day.from_date <= changed.scored_date and version_day.to_date > changed.scored_date
    left join band
        on changed.score >= band.lower_bound
        and (band.upper_bound is null or changed.score < band.upper_bound)
)

select * from final
