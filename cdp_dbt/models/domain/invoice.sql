{{ union_of([
    'stg_netsuite__invoice',
    'stg_stripe__invoice',
]) }}
