select
    revenue_type,
    reporting_currency_code,
    cast(sum(reporting_amount) as numeric(18, 2)) as reporting_amount,
    count(*) as transaction_count,
    count(distinct nullif(customer_id, 'unknown')) as customer_count,
    cast(date_trunc('month', transaction_date) as date) as month_start_date
from {{ ref('fact_revenue') }}
group by revenue_type, reporting_currency_code, cast(date_trunc('month', transaction_date) as date)
