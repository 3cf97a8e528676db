with

household as (select * from {{ source('customer_master', 'customer_household') }}),

golden as (select * from {{ ref('customer_golden_record') }}),

billed as (
    select customer_id, sum(reporting_amount) as billed_amount
    from {{ ref('fact_revenue') }} where revenue_type = 'billed' group by customer_id
),

counted as (
    select
        household.household_id,
        count(*) as member_count,
        count(billed.customer_id) as billed_member_count,
        count(distinct lower(golden.first_name)) as given_name_count,
        sum(case when household.evidence like 'surname%' then 0 else 1 end) as unrelated_count,
        coalesce({{ dbt.datediff('min(golden.birth_date)', 'max(golden.birth_date)', 'year') }}, 0) as years_apart,
        coalesce(sum(billed.billed_amount), 0) as billed_amount,
        min(golden.first_seen_at) as first_seen_at
    from household
    inner join golden on golden.customer_id = household.customer_id
    left join billed on billed.customer_id = household.customer_id
    group by household.household_id
),

final as (
    select
        household_id,
        case
            when member_count = 1 then 'single'
            when unrelated_count > 0 and member_count > 2 then 'shared home'
            when member_count > 2 or years_apart >= 16 then 'family'
            when given_name_count = 1 then 'namesakes'
            else 'couple'
        end as household_type,
        member_count, billed_member_count,
        cast(billed_amount as numeric(18, 2)) as billed_amount,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        first_seen_at
    from counted
    union all
    select
        'unknown' as household_id, 'unknown' as household_type, 0 as member_count, 0 as billed_member_count,
        0 as billed_amount, '{{ var("reporting_currency") }}' as reporting_currency_code, null as first_seen_at
)

select * from final
