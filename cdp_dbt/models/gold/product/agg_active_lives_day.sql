{{ config(materialized='restated', unique_key=['activity_date']) }}
{%- call touching('activity_date') %}
    select activity_date from {{ changes('fact_active_lives') }} as lives
{%- endcall %}
select
    cast(sum(active_lives) as bigint) as active_lives,
    count(nullif(customer_id, 'unknown')) as customer_count,
    activity_date
from {{ ref('fact_active_lives') }}
where {{ touched({'activity_date': 'activity_date'}) }}
group by activity_date
