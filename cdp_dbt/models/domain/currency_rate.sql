{{ config(materialized='restated', unique_key=['currency_code', 'valid_from']) }}
with

quoted as ({{ union_of(['stg_netsuite__currency_rate__currency_rate'], without=['valid_to']) }}),

-- of two quotes for the same day the newer one holds
rate as (
    select *
    from quoted
    qualify row_number() over (
        partition by currency_code, valid_from
        order by source_updated_at desc, source_record_id desc
    ) = 1
),

final as (
    select
        source_record_id,
        source_system,
        source_object,
        source_id,
        raw_id,
        currency_code,
        rate_to_reporting,
        valid_from,
        lead(valid_from) over (partition by currency_code order by valid_from) as valid_to,
        source_updated_at
    from rate
)

select * from final
