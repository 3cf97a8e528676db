with

source as ({{ current_rows('netsuite', 'currencyrate') }}),

final as (
    select
        id as currency_rate_id,
        raw_id,
        upper(basecurrency) as base_currency_code,
        upper(transactioncurrency) as currency_code,
        {{ to_numeric('exchangerate', 18, 8) }} as rate_to_base,
        effectivedate as valid_from,
        source_updated_at,
        extracted_at
    from source
)

select * from final
