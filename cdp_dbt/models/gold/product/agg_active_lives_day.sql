select
    cast(sum(active_lives) as bigint) as active_lives,
    count(nullif(customer_id, 'unknown')) as customer_count,
    activity_date
from {{ ref('fact_active_lives') }}
group by activity_date
