select
    revenue.product_code,
    min(product.product_name) as product_name,
    min(product.product_line) as product_line,
    revenue.revenue_type,
    revenue.reporting_currency_code,
    cast(sum(revenue.reporting_amount) as numeric(18, 2)) as reporting_amount,
    count(*) as transaction_count,
    count(distinct nullif(revenue.customer_id, 'unknown')) as customer_count,
    cast(date_trunc('month', revenue.transaction_date) as date) as month_start_date
from {{ ref('fact_revenue') }} as revenue
inner join {{ ref('dim_product') }} as product on product.product_code = revenue.product_code
group by
    revenue.product_code, revenue.revenue_type, revenue.reporting_currency_code,
    cast(date_trunc('month', revenue.transaction_date) as date)
