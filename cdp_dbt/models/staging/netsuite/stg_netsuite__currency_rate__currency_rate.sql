with

currency_rate as (select * from {{ ref('stg_netsuite__currency_rate') }}),

final as (
    select
        currency_rate_id,
        raw_id,
        currency_code,
        rate_to_base as rate_to_reporting,
        valid_from,
        source_updated_at
    from currency_rate
    where base_currency_code = '{{ var("reporting_currency") }}'
)

select * from final
