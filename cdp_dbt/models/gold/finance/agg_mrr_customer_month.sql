{{ config(materialized='restated', unique_key=['customer_id', 'month_start_date']) }}
{%- call touching('customer_id') %}
    select coalesce(membership.customer_id, 'unknown') as customer_id
    from (
        select party_source_record_id from {{ changes('subscription') }} as subscription
        union
        select subscription.party_source_record_id
        from {{ changes('currency_rate') }} as rate
        inner join {{ ref('subscription') }} as subscription on subscription.currency_code = rate.currency_code
    ) as agreed
    left join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = agreed.party_source_record_id
    union
    {{ touched_by_membership() }}
{%- endcall %}
{%- call touching('month_start_date') %}
    select cast(date_trunc('month', day) as date) as month_start_date from ({{ new_days('day') }}) as new_day
{%- endcall %}
with

month as (
    select month_start_date, max(date_day) as closing_date from {{ ref('dim_time') }}
    where date_day <= {{ business_date(as_of()) }}
    group by month_start_date
),

-- a currency's first rate stands for the time before it
rate as (
    select currency_rate.*,
        case when lag(valid_from) over (partition by currency_code order by valid_from) is not null then valid_from end as begins
    from {{ ref('currency_rate') }} as currency_rate
),

-- at the rate of the day on which the subscription began, so that currencies never look like growth
subscription as (
    select coalesce(membership.customer_id, 'unknown') as customer_id, subscription.started_date,
        coalesce(subscription.ended_date, case subscription.status
            when 'canceled' then {{ business_date('subscription.source_updated_at') }} end) as ended_date,
        cast(round(cast(subscription.mrr_amount as numeric(28, 2)) * case subscription.currency_code
            when '{{ var("reporting_currency") }}' then 1 else rate.rate_to_reporting end, 2) as numeric(18, 2)) as mrr_amount
    from {{ ref('subscription') }} as subscription
    left join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = subscription.party_source_record_id
    left join rate on rate.currency_code = subscription.currency_code
        and (rate.begins is null or rate.begins <= subscription.started_date)
        and (rate.valid_to is null or rate.valid_to > subscription.started_date)
    where {{ touched({'customer_id': "coalesce(membership.customer_id, 'unknown')"}) }}
),

closing as (
    select subscription.customer_id, month.month_start_date, month.closing_date, sum(subscription.mrr_amount) as mrr_amount,
        max(case when subscription.mrr_amount is null then 1 else 0 end) as is_unconverted
    from subscription
    inner join month
        on subscription.started_date <= month.closing_date
        and (subscription.ended_date is null or subscription.ended_date >= month.closing_date)
    group by subscription.customer_id, month.month_start_date, month.closing_date
),

-- what closes one month opens the next, also where nothing closes that one any more
balance as (
    select customer_id, month_start_date, 0 as opening_amount, mrr_amount as closing_amount, is_unconverted from closing
    union all
    select closing.customer_id, month.month_start_date, closing.mrr_amount, 0, 0
    from closing inner join month on month.month_start_date = last_day(closing.month_start_date) + 1
),

final as (
    select
        customer_id,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        cast(coalesce(sum(opening_amount), 0) as numeric(18, 2)) as opening_mrr_amount,
        cast(coalesce(sum(closing_amount), 0) as numeric(18, 2)) as closing_mrr_amount,
        max(is_unconverted) = 1 as has_unconverted_subscription,
        month_start_date
    from balance
    group by customer_id, month_start_date
)

select * from final
