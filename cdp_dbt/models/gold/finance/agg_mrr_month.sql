{%- set movements = {
    'new': 'opening_mrr_amount = 0 and is_first',
    'reactivated': 'opening_mrr_amount = 0 and not is_first',
    'expansion': 'opening_mrr_amount > 0 and closing_mrr_amount > opening_mrr_amount',
    'contraction': 'closing_mrr_amount > 0 and closing_mrr_amount < opening_mrr_amount',
    'churned': 'closing_mrr_amount = 0',
} %}

with

customer_month as (
    select
        balance.*,
        month_start_date = min(month_start_date) over (partition by customer_id) as is_first
    from {{ ref('agg_mrr_customer_month') }} as balance
    where opening_mrr_amount <> 0 or closing_mrr_amount <> 0
),

final as (
    select
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        cast(sum(opening_mrr_amount) as numeric(18, 2)) as opening_mrr_amount,
        {%- for movement, condition in movements.items() %}
        cast(sum(case when {{ condition }} then closing_mrr_amount - opening_mrr_amount else 0 end) as numeric(18, 2))
            as {{ movement }}_mrr_amount,
        {%- endfor %}
        cast(sum(closing_mrr_amount) as numeric(18, 2)) as mrr_amount,
        cast(sum(closing_mrr_amount) * 12 as numeric(18, 2)) as arr_amount,
        cast(sum(case when customer_id <> 'unknown' and closing_mrr_amount > 0 then 1 else 0 end) as bigint) as subscribed_customer_count,
        cast(sum(case when customer_id <> 'unknown' and {{ movements.new }} then 1 else 0 end) as bigint) as new_customer_count,
        cast(sum(case when customer_id <> 'unknown' and {{ movements.churned }} then 1 else 0 end) as bigint) as churned_customer_count,
        month_start_date
    from customer_month
    group by month_start_date
)

select * from final
