with

opportunity as (select * from {{ ref('stg_salesforce__opportunity') }}),

line_item as (select * from {{ ref('stg_salesforce__opportunity_line_item') }}),

final as (
    select
        line_item.opportunity_line_item_id,
        line_item.raw_id,
        opportunity.party_source_record_id,
        {{ record_id('salesforce', 'opportunity', 'opportunity.opportunity_id') }} as document_id,
        'booked' as revenue_type,
        line_item.product_code,
        opportunity.currency_code,
        line_item.total_amount as amount,
        opportunity.close_date as transaction_date,
        line_item.source_updated_at
    from line_item
    inner join opportunity on line_item.opportunity_id = opportunity.opportunity_id
    where opportunity.is_won
)

select * from final
