{{ config(materialized='restated', unique_key=['source_record_id']) }}
with

party_version as (select * from {{ ref('party_version') }}),

crosswalk as (select * from {{ source('customer_master', 'customer_crosswalk') }}),

ledger as (select * from {{ source('customer_master', 'customer_id_ledger') }}),

alias as (select * from {{ source('customer_master', 'customer_id_alias') }}),

-- records that are gone keep their customer, for what was sold to them has not gone
seen as (
    select
        source_record_id, source_system, source_object, source_id,
        min(valid_from) as first_seen_at
    from party_version
    where not is_deleted
    group by source_record_id, source_system, source_object, source_id
),

final as (
    select
        seen.source_record_id,
        coalesce(crosswalk.customer_id, alias.customer_id, ledger.customer_id) as customer_id,
        seen.source_system,
        seen.source_object,
        seen.source_id,
        coalesce(crosswalk.record_type, ledger.record_type) as record_type,
        crosswalk.method,
        crosswalk.confidence,
        crosswalk.customer_id is not null as is_current,
        seen.first_seen_at
    from seen
    left join crosswalk on crosswalk.source_record_id = seen.source_record_id
    left join ledger on ledger.source_record_id = seen.source_record_id
    left join alias on alias.retired_customer_id = ledger.customer_id
    where coalesce(crosswalk.customer_id, alias.customer_id, ledger.customer_id) is not null
)

select * from final
