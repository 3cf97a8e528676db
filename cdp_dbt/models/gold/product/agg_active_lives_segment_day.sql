{{ config(materialized='restated', unique_key=['size_segment', 'activity_date']) }}
{%- call touching('activity_date') %}
    select activity_date from {{ changes('fact_active_lives') }} as lives
    union
    select lives.activity_date
    from {{ ref('fact_active_lives') }} as lives
    inner join (
        select customer_version_id from {{ changes('dim_customer') }} as customer
        group by customer_version_id having min(size_segment) <> max(size_segment)
    ) as resized on resized.customer_version_id = lives.customer_version_id
{%- endcall %}
select
    customer.size_segment,
    cast(sum(lives.active_lives) as bigint) as active_lives,
    count(nullif(lives.customer_id, 'unknown')) as customer_count,
    lives.activity_date
from {{ ref('fact_active_lives') }} as lives
inner join {{ ref('dim_customer') }} as customer on customer.customer_version_id = lives.customer_version_id
where {{ touched({'activity_date': 'lives.activity_date'}) }}
group by customer.size_segment, lives.activity_date
