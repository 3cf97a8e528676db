select
    customer.size_segment,
    revenue.revenue_type,
    revenue.reporting_currency_code,
    cast(sum(revenue.reporting_amount) as numeric(18, 2)) as reporting_amount,
    count(*) as transaction_count,
    count(distinct nullif(revenue.customer_id, 'unknown')) as customer_count,
    cast(date_trunc('month', revenue.transaction_date) as date) as month_start_date
from {{ ref('fact_revenue') }} as revenue
inner join {{ ref('dim_customer') }} as customer on customer.customer_version_id = revenue.customer_version_id
group by
    customer.size_segment, revenue.revenue_type, revenue.reporting_currency_code,
    cast(date_trunc('month', revenue.transaction_date) as date)
