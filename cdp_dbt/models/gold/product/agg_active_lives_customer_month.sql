{{ config(materialized='restated', unique_key=['customer_id', 'month_start_date']) }}
{%- call touching('customer_id, month_start_date') %}
    select customer_id, cast(date_trunc('month', activity_date) as date) as month_start_date
    from {{ changes('fact_active_lives') }} as lives
{%- endcall %}
{%- call touching('month_start_date') %}
    select cast(date_trunc('month', day) as date) as month_start_date from ({{ new_days('day') }}) as new_day
{%- endcall %}
with

lives as (select * from {{ ref('fact_active_lives') }}),

month as (
    select month_start_date, max(date_day) as closing_date, count(*) as days
    from {{ ref('dim_time') }}
    where date_day <= {{ business_date(as_of()) }}
    group by month_start_date
),

final as (
    select
        lives.customer_id,
        cast(coalesce(max(case when lives.activity_date = month.closing_date then lives.active_lives end), 0) as bigint)
            as closing_active_lives,
        cast(max(lives.active_lives) as bigint) as highest_active_lives,
        cast(round(sum(lives.active_lives) / min(month.days), 2) as numeric(18, 2)) as average_active_lives,
        month.month_start_date
    from lives
    inner join month on month.month_start_date = cast(date_trunc('month', lives.activity_date) as date)
    where {{ touched({
        'customer_id, month_start_date': '(lives.customer_id, month.month_start_date) in (select * from :keys) and lives.activity_date >= :least',
        'month_start_date': 'month.month_start_date in (select * from :keys) and lives.activity_date >= :least',
    }) }}
    group by lives.customer_id, month.month_start_date
)

select * from final
