{{ config(materialized='restated', unique_key=['source_record_id']) }}
{{ union_of([
    'stg_platform__subscription',
    'stg_stripe__subscription__subscription',
]) }}
