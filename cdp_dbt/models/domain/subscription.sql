{{ union_of([
    'stg_platform__subscription',
    'stg_stripe__subscription__subscription',
]) }}
