{{ config(materialized='restated', unique_key=['customer_id', 'week_end_date']) }}
{%- call touching('customer_id') %}
    select customer_id from {{ changes('int_customer__membership') }} as membership
{%- endcall %}
{%- call touching('customer_id, week_end_date') %}
    select membership.customer_id, feature_usage.used_date + 6 as week_end_date
    from {{ changes('feature_usage') }} as feature_usage
    inner join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = feature_usage.party_source_record_id
{%- endcall %}
{%- call touching('week_end_date') %} {{ new_days('week_end_date') }} {%- endcall %}
with

feature_usage as (select * from {{ ref('feature_usage') }}),

membership as (select * from {{ ref('int_customer__membership') }}),

-- a week counts once it is over
final as (
    select
        membership.customer_id,
        min(feature_usage.party_source_record_id) as party_source_record_id,
        cast(sum(feature_usage.usage_count) as bigint) as usage_count,
        feature_usage.used_date + 6 as week_end_date
    from feature_usage
    inner join membership on membership.source_record_id = feature_usage.party_source_record_id
    where feature_usage.used_date + 6 <= {{ business_date(as_of()) }}
        and {{ touched({
            'customer_id': 'membership.customer_id',
            'customer_id, week_end_date':
                'membership.customer_id in (select customer_id from :keys) and feature_usage.used_date + 6 between :least and :greatest',
            'week_end_date': 'feature_usage.used_date + 6',
        }) }}
    group by membership.customer_id, feature_usage.used_date
)

select * from final
