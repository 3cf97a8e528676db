{{ union_of([
    'stg_salesforce__opportunity__revenue',
    'stg_salesforce__opportunity_line_item__revenue',
    'stg_netsuite__invoice_line__revenue',
    'stg_netsuite__credit_memo__revenue',
    'stg_netsuite__revenue_recognition__revenue',
    'stg_stripe__invoice__revenue',
]) }}
