with

opportunity as (select * from {{ ref('stg_salesforce__opportunity') }}),

line_item as (select * from {{ ref('stg_salesforce__opportunity_line_item') }}),

won_without_lines as (
    select opportunity.*
    from opportunity
    where opportunity.is_won
        and opportunity.total_amount is not null
        and not exists (
            select 1
            from line_item
            where line_item.opportunity_id = opportunity.opportunity_id
        )
),

final as (
    select
        opportunity_id,
        raw_id,
        party_source_record_id,
        {{ record_id('salesforce', 'opportunity', 'opportunity_id') }} as document_id,
        'booked' as revenue_type,
        currency_code,
        total_amount as amount,
        close_date as transaction_date,
        source_updated_at
    from won_without_lines
)

select * from final
