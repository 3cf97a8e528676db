{{ config(materialized='restated', unique_key=['revenue_id'], meta={'compare': false}, cluster_by=['transaction_date', 'customer_id']) }}
with

revenue as (select * from {{ ref('revenue') }}),

currency_rate as (select * from {{ ref('currency_rate') }}),

membership as (select * from {{ ref('int_customer__membership') }}),

version_day as (select * from {{ ref('int_customer__version_day') }}),

-- looked up once per currency and day, for there are far fewer of them than transactions
day_rate as (
    select traded.currency_code, traded.transaction_date, currency_rate.rate_to_reporting
    from (select distinct currency_code, transaction_date from revenue) as traded
    inner join currency_rate
        on currency_rate.currency_code = traded.currency_code
        and currency_rate.valid_from <= traded.transaction_date
        and (currency_rate.valid_to is null or currency_rate.valid_to > traded.transaction_date)
),

rated as (
    select
        revenue.*,
        case revenue.currency_code
            when '{{ var("reporting_currency") }}' then cast(1 as numeric(18, 8))
            else day_rate.rate_to_reporting
        end as exchange_rate
    from revenue
    left join day_rate
        on day_rate.currency_code = revenue.currency_code
        and day_rate.transaction_date = revenue.transaction_date
),

final as (
    select
        rated.revenue_type || ':' || rated.source_record_id as revenue_id,
        coalesce(version_day.customer_id, 'unknown') as customer_id,
        coalesce(version_day.customer_version_id, 'unknown') as customer_version_id,
        rated.source_record_id,
        rated.party_source_record_id,
        rated.document_id,
        coalesce(rated.product_code, 'unknown') as product_code,
        rated.source_system,
        rated.revenue_type,
        rated.currency_code,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        rated.amount,
        rated.exchange_rate,
        cast(round(cast(rated.amount as numeric(28, 2)) * rated.exchange_rate, 2) as numeric(18, 2)) as reporting_amount,
        rated.transaction_date
    from rated
    left join membership on membership.source_record_id = rated.party_source_record_id
    left join version_day
        on version_day.customer_id = membership.customer_id
        and version_day.from_date <= rated.transaction_date
        and version_day.to_date > rated.transaction_date
)

select * from final
