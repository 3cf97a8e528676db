{{ config(materialized='ephemeral') }}

with

version as (select * from {{ ref('int_customer__version') }}),

moment as (
    select customer_id, valid_from as changed_at from version
    union
    select customer_id, valid_to as changed_at from version where valid_to is not null
),

final as (
    select
        customer_id,
        changed_at,
        changed_at = max(changed_at) over (partition by customer_id) as is_latest
    from moment
)

select * from final
