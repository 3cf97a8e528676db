{%- set components = ['usage', 'engagement', 'tickets', 'nps'] %}
{%- set points = 'usage_points + engagement_points + tickets_points + nps_points' %}

with

weight as (
    select
        {%- for component in components %}
        max(case when component = '{{ component }}' then weight end) as {{ component }}_weight,
        max(case when component = '{{ component }}' then full_at end) as {{ component }}_full_at{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('health_weight') }}
),

measured as (
    select scored_day.*, measure.seats, measure.usage_count_28d, coalesce(lives.active_lives, 0) as active_lives, weight.*
    from {{ ref('int_customer__scored_day') }} as scored_day
    inner join {{ ref('int_customer__health_measure') }} as measure
        on measure.customer_id = scored_day.customer_id and measure.scored_date = scored_day.scored_date
    left join {{ ref('fact_active_lives') }} as lives
        on lives.customer_id = scored_day.customer_id and lives.activity_date = scored_day.scored_date
    cross join weight
),

-- ours measures use and engagement per seat, and takes the product's word for what it cannot measure
judged as (
    select measured.*, 'platform' as score_method, platform_score as stated_score,
        {% for component in components %}platform_{{ component }}_score as {{ component }}_score{{ ', ' if not loop.last }}{% endfor %}
    from measured
    where platform_score is not null
    union all
    select measured.*, 'computed' as score_method, cast(null as numeric(9, 4)) as stated_score,
        {%- for component, own in {'usage': 'usage_count_28d', 'engagement': 'active_lives'}.items() %}
        case when seats is null then platform_{{ component }}_score
            else cast(least(round(100 * {{ own }} / (seats * {{ component }}_full_at), 4), 100) as numeric(9, 4))
        end as {{ component }}_score,
        {%- endfor %}
        platform_tickets_score as tickets_score, platform_nps_score as nps_score
    from measured
),

-- the weight of a component that nobody knows goes to the others
pointed as (
    select
        judged.*,
        {%- for component in components %}
        cast(coalesce(round({{ component }}_score * {{ component }}_weight / nullif(
            {% for other in components %}case when {{ other }}_score is null then 0 else {{ other }}_weight end
            {{- ' + ' if not loop.last }}{% endfor %}, 0), 2), 0) as numeric(9, 4)) as {{ component }}_points{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
    where coalesce(stated_score, usage_score, engagement_score, tickets_score, nps_score) is not null
),

final as (
    select
        customer_id, score_method,
        cast(coalesce(stated_score, {{ points }}) as numeric(9, 4)) as score,
        {{ components | join('_score, ') }}_score, {{ components | join('_points, ') }}_points,
        cast(coalesce(stated_score, {{ points }}) - ({{ points }}) as numeric(9, 4)) as adjustment_points,
        scored_date
    from pointed
)

select * from final
