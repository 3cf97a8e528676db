{{ config(materialized='restated', unique_key=['health_score_id'], cluster_by=['scored_date']) }}
with

source as ({{ current_rows('platform', 'health_scores') }}),

final as (
    select
        id as health_score_id,
        raw_id,
        organization_id,
        {{ record_id('platform', 'organization', 'organization_id') }} as party_source_record_id,
        {{ to_numeric('score', 9, 4) }} as score,
        {{ to_numeric('usage_score', 9, 4) }} as usage_score,
        {{ to_numeric('engagement_score', 9, 4) }} as engagement_score,
        {{ to_numeric('tickets_score', 9, 4) }} as tickets_score,
        {{ to_numeric('nps_score', 9, 4) }} as nps_score,
        scored_on as scored_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
