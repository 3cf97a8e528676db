{{ config(materialized='restated', unique_key=['customer_version_id']) }}
{%- set as_of_date = business_date(as_of()) %}
{{- watch(as_of_date) }}
{{- watch("(select max(resolved_at) from " ~ source('customer_master', 'identity_run') ~ ")") }}
{%- call touching('customer_id') %}
    select customer_id from {{ changes('fact_customer_health') }} as health
{%- endcall %}

with

history as (select * from {{ ref('int_customer__history') }}),

revenue as (
    select customer_id,
        max(case when revenue_type in ('billed', 'recognized') then 1 else 0 end) as has_paid,
        sum(case
            when revenue_type = 'recognized' and transaction_date <= {{ as_of_date }}
                and transaction_date > cast({{ dbt.dateadd('month', -12, as_of_date) }} as date) then reporting_amount
        end) as recognized_12m_amount
    from {{ ref('fact_revenue') }} where {{ touched({'customer_id': 'customer_id'}) }} group by customer_id
),

health as (
    select customer_id, health_band from {{ ref('fact_customer_health') }}
    where scored_date > {{ as_of_date }} - 28 and {{ touched({'customer_id': 'customer_id'}) }}
    qualify row_number() over (partition by customer_id order by scored_date desc) = 1
),

member as (
    select customer_version_id, customer_id from history where {{ touched({'customer_id': 'customer_id'}) }}
    union all
    select 'unknown' as customer_version_id, 'unknown' as customer_id
),

final as (
    select
        member.customer_version_id, member.customer_id,
        coalesce(household.household_id, 'unknown') as household_id, profile.salesforce_account_id, profile.netsuite_customer_id, profile.platform_organization_id,
        coalesce(history.customer_type, 'unknown') as customer_type,
        coalesce(history.full_name, history.company_name, 'Unknown customer') as customer_name,
        history.first_name, history.last_name, history.company_name, history.email, history.phone, history.website,
        history.tax_id, history.street, history.city, history.region, history.postal_code, history.country, history.industry,
        case history.customer_type when 'person' then 'Individual' else coalesce(size.segment, 'Unknown') end as size_segment,
        coalesce(tier.segment, 'No revenue') as revenue_tier,
        coalesce(health.health_band, 'Not scored') as health_band,
        history.employee_count, profile.record_count,
        profile.salesforce_match_confidence, profile.netsuite_match_confidence, profile.platform_match_confidence,
        coalesce(profile.has_subscription, false) or coalesce(revenue.has_paid, 0) = 1 as is_customer,
        history.valid_to is null as is_current,
        history.birth_date,
        coalesce(history.valid_from, cast('1900-01-01 00:00:00+00' as timestamptz)) as valid_from, history.valid_to
    from member
    left join history on history.customer_version_id = member.customer_version_id
    left join {{ ref('int_customer__profile') }} as profile on profile.customer_id = history.customer_id
    left join {{ source('customer_master', 'customer_household') }} as household on household.customer_id = history.customer_id
    left join revenue on revenue.customer_id = history.customer_id
    left join health on health.customer_id = history.customer_id
    left join {{ ref('customer_segment') }} as size
        on size.dimension = 'size' and history.employee_count >= size.lower_bound
        and (size.upper_bound is null or history.employee_count < size.upper_bound)
    left join {{ ref('customer_segment') }} as tier
        on tier.dimension = 'revenue' and revenue.recognized_12m_amount >= tier.lower_bound
        and (tier.upper_bound is null or revenue.recognized_12m_amount < tier.upper_bound)
)

select * from final
