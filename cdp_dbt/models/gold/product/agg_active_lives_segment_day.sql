select
    customer.size_segment,
    cast(sum(lives.active_lives) as bigint) as active_lives,
    count(nullif(lives.customer_id, 'unknown')) as customer_count,
    lives.activity_date
from {{ ref('fact_active_lives') }} as lives
inner join {{ ref('dim_customer') }} as customer on customer.customer_version_id = lives.customer_version_id
group by customer.size_segment, lives.activity_date
