{{ union_of([
    'stg_platform__health_score',
]) }}
