{{ config(materialized='restated', unique_key=['feature_usage_id'], cluster_by=['used_date']) }}
with

source as ({{ current_rows('platform', 'feature_usage') }}),

final as (
    select
        id as feature_usage_id,
        raw_id,
        organization_id,
        {{ record_id('platform', 'organization', 'organization_id') }} as party_source_record_id,
        feature,
        usage_count,
        active_users,
        used_on as used_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
