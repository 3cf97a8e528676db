{#-
    The closing amounts of the newest month are what the subscriptions open on the run's day are worth, each at the last
    rate that began before it, or its currency's first. One row if they are not.
-#}
{% test equals_open_subscriptions(model, subscription, rate) %}
with

today as (select {{ business_date(as_of()) }} as date_day),

-- customers come and go in the model; the sum does not know them
priced as (
    select
        subscription.source_record_id,
        max(subscription.mrr_amount) as mrr_amount,
        max(subscription.currency_code) as currency_code,
        coalesce(
            max_by(rate.rate_to_reporting, case when rate.valid_from <= subscription.started_date then rate.valid_from end),
            min_by(rate.rate_to_reporting, rate.valid_from)
        ) as rate_to_reporting
    from {{ subscription }} as subscription
    inner join today on subscription.started_date <= today.date_day
    left join {{ rate }} as rate on rate.currency_code = subscription.currency_code
    where coalesce(
        subscription.ended_date,
        case subscription.status when 'canceled' then {{ business_date('subscription.source_updated_at') }} end,
        today.date_day
    ) >= today.date_day
    group by subscription.source_record_id
),

counted as (
    select coalesce(sum(cast(round(
        cast(mrr_amount as numeric(28, 2))
        * case currency_code when '{{ var("reporting_currency") }}' then 1 else rate_to_reporting end, 2
    ) as numeric(18, 2))), 0) as amount
    from priced
),

stated as (
    select coalesce(sum(model.closing_mrr_amount), 0) as amount
    from {{ model }} as model
    inner join today on model.month_start_date = cast(date_trunc('month', today.date_day) as date)
)

select counted.amount as counted_amount, stated.amount as stated_amount
from counted
cross join stated
where counted.amount <> stated.amount
{% endtest %}
