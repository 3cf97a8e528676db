{{ config(materialized='restated', unique_key=['customer_id', 'score_method', 'scored_date']) }}
{%- call touching('customer_id, scored_date') %}
    select customer_id, scored_date from {{ changes('int_customer__health_measure') }} as measure
    union
    select measure.customer_id, measure.scored_date
    from {{ changes('fact_active_lives') }} as lives
    inner join {{ ref('int_customer__health_measure') }} as measure
        on measure.customer_id = lives.customer_id and measure.scored_date = lives.activity_date
{%- endcall %}
{%- set components = ['usage', 'engagement', 'tickets', 'nps'] %}
{%- set points = components | join('_points + ') ~ '_points' %}

with

weight as (
    select
        {%- for component in components %}
        max(case component when '{{ component }}' then weight end) as {{ component }}_weight,
        max(case component when '{{ component }}' then full_measure end) as {{ component }}_full_measure{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('health_weight') }}
),

measured as (
    select measure.*, coalesce(lives.active_lives, 0) as active_lives, weight.*
    from {{ ref('int_customer__health_measure') }} as measure cross join weight
    left join {{ ref('fact_active_lives') }} as lives
        on lives.customer_id = measure.customer_id and lives.activity_date = measure.scored_date
    where {{ touched({'customer_id, scored_date': 'measure.customer_id, measure.scored_date'}) }}
),

-- ours measures use and engagement per seat, and takes the product's word for what it cannot measure
judged as (
    select measured.*, method.score_method,
        case method.score_method when 'platform' then platform_score end as stated_score,
        {%- for component, own in {'usage': 'usage_count_28d', 'engagement': 'active_lives'}.items() %}
        case when method.score_method = 'platform' or seats is null then platform_{{ component }}_score
            else cast(least(round(100 * {{ own }} / (seats * {{ component }}_full_measure), 4), 100) as numeric(9, 4))
        end as {{ component }}_score,
        {%- endfor %}
        platform_tickets_score as tickets_score, platform_nps_score as nps_score
    from measured cross join (select 'platform' as score_method union all select 'computed' as score_method) as method
),

-- the weight of a component that nobody knows goes to the others
weighed as (
    select judged.*, nullif({% for component in components %}
            case when {{ component }}_score is null then 0 else {{ component }}_weight end{{ ' +' if not loop.last }}
        {%- endfor %}, 0) as known_weight
    from judged
    where stated_score is not null
        or score_method = 'computed' and coalesce({{ components | join('_score, ') }}_score) is not null
),

pointed as (
    select weighed.* {%- for component in components %},
        cast(coalesce(round({{ component }}_score * {{ component }}_weight / known_weight, 2), 0) as numeric(9, 4)) as {{ component }}_points
        {%- endfor %}
    from weighed
),

final as (
    select customer_id, score_method,
        cast(coalesce(stated_score, {{ points }}) as numeric(9, 4)) as score,
        {{ components | join('_score, ') }}_score, {{ components | join('_points, ') }}_points,
        cast(coalesce(stated_score, {{ points }}) - ({{ points }}) as numeric(9, 4)) as adjustment_points, scored_date
    from pointed
)

select * from final
