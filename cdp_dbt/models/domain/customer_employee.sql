{{ union_of([
    'stg_platform__employee',
]) }}
