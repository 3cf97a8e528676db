{{ config(materialized='restated', unique_key=['customer_version_id'], meta={'compare': false}) }}
{%- set columns = survivorship_columns() %}
{%- set epoch = "cast('1970-01-01 00:00:00+00' as timestamptz)" %}

with

state as (select * from {{ ref('int_customer__state') }}),

fingerprinted as (
    select
        state.*,
        {{ surrogate_key(columns) }} as fingerprint
    from state
),

compared as (
    select
        fingerprinted.*,
        lag(fingerprint) over (partition by customer_id order by changed_at) as previous_fingerprint
    from fingerprinted
),

final as (
    select
        {{ surrogate_key(['customer_id', dbt.datediff(epoch, 'changed_at', 'microsecond')]) }} as customer_version_id,
        customer_id,
        record_type as customer_type,
        {%- for column in columns if column not in ('birth_date', 'employee_count') %}
        {{ column }},
        {%- endfor %}
        cast(employee_count as bigint) as employee_count,
        cast(birth_date as date) as birth_date,
        changed_at as valid_from,
        lead(changed_at) over (partition by customer_id order by changed_at) as valid_to
    from compared
    where previous_fingerprint is null or previous_fingerprint <> fingerprint
)

select * from final
