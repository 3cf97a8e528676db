{{ union_of([
    'stg_platform__feature_usage',
]) }}
