{{ config(materialized='restated', unique_key=['customer_id', 'from_date']) }}
with

history as (select * from {{ ref('int_customer__history') }}),

-- a day belongs to the version that stood when it ended
closing as (
    select
        customer_version_id,
        customer_id,
        {{ business_date('valid_from') }} as began_on
    from history
    qualify row_number() over (
        partition by customer_id, {{ business_date('valid_from') }}
        order by valid_from desc
    ) = 1
),

-- open at both ends: what happened before a customer was known is told of its first version
final as (
    select
        customer_version_id,
        customer_id,
        case
            when row_number() over (partition by customer_id order by began_on) = 1 then cast('0001-01-01' as date)
            else began_on
        end as from_date,
        coalesce(
            lead(began_on) over (partition by customer_id order by began_on), cast('9999-12-31' as date)
        ) as to_date
    from closing
)

select * from final
