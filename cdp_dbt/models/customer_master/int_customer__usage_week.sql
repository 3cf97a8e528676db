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
    group by membership.customer_id, feature_usage.used_date
)

select * from final
