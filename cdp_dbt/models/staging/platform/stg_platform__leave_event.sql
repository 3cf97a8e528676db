{{ config(materialized='restated', unique_key=['leave_event_id'], cluster_by=['event_date']) }}
with

source as ({{ current_rows('platform', 'leave_events') }}),

final as (
    select
        id as leave_event_id,
        raw_id,
        organization_id,
        {{ record_id('platform', 'organization', 'organization_id') }} as party_source_record_id,
        employee_id,
        event_type,
        leave_type,
        {{ business_date('occurred_at') }} as event_date,
        occurred_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
