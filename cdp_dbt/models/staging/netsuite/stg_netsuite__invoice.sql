with

source as ({{ current_rows('netsuite', 'invoice') }}),

final as (
    select
        id as invoice_id,
        raw_id,
        entity as customer_id,
        {{ record_id('netsuite', 'customer', 'entity') }} as party_source_record_id,
        tranid as document_number,
        case lower(status)
            when 'paid in full' then 'paid'
            when 'voided' then 'void'
            else lower(status)
        end as status,
        upper(currency) as currency_code,
        {{ money('total') }} as total_amount,
        lower(status) = 'voided' as is_void,
        trandate as invoice_date,
        duedate as due_date,
        source_updated_at,
        extracted_at
    from source
)

select * from final
