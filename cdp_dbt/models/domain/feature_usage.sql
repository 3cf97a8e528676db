{{ config(materialized='changing_view') }}
{{ union_of([
    'stg_platform__feature_usage',
]) }}
