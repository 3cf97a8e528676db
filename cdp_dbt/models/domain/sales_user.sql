{{ union_of([
    'stg_salesforce__user',
]) }}
