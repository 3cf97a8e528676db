{%- set company_words = 'inc|llc|llp|lp|ltd|limited|corp|corporation|company|co|plc|gmbh|kg|ag|sa|sarl|sas|srl|spa|bv|nv|ab'
    ~ '|oy|as|aps|pty|group|holdings?|international|partners|services|solutions|systems|industries|associates' -%}
{%- set office_mailboxes = 'billing|invoices?|accounts?|accounting|accounts-?payable|ap|finance|payments?|office|info|admin' -%}
with

source as ({{ version_rows('stripe', 'customers', created_at=epoch_to_timestamp('created')) }}),

-- Stripe does not say what a payer is. A company's name says so, or it pays from an office's mailbox or its own domain
classified as (
    select
        source.*,
        case
            when email is null
                or {{ matches('name', '(^| )(' ~ company_words ~ ')[.,]?( |$)') }}
                or {{ matches('email', '^(' ~ office_mailboxes ~ ')@') }}
                or position(lower(split_part(name, ' ', 1)) in lower(split_part(email, '@', 2))) > 0
                then 'organization'
            else 'person'
        end as record_type
    from source
),

final as (
    select
        id as customer_id,
        raw_id,
        record_type,
        {{ clean('name') }} as full_name,
        case when record_type = 'organization' then {{ clean('name') }} end as company_name,
        {{ clean('email') }} as email,
        {{ clean('phone') }} as phone,
        description,
        {{ clean(json_text('address', 'line1')) }} as street,
        {{ clean(json_text('address', 'city')) }} as city,
        {{ clean(json_text('address', 'state')) }} as region,
        {{ clean(json_text('address', 'postal_code')) }} as postal_code,
        upper({{ clean(json_text('address', 'country')) }}) as country,
        upper(currency) as currency_code,
        {{ money_from_minor_units('balance', 'currency') }} as balance_amount,
        coalesce(delinquent, false) as is_delinquent,
        is_deletion as is_deleted,
        is_current,
        metadata,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        valid_from,
        extracted_at
    from classified
)

select * from final
