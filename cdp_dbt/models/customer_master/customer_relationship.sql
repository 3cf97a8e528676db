{%- set open_end = "cast('9999-12-31 00:00:00+00' as timestamptz)" %}
{%- set pair = 'customer_id, relationship_type, related_customer_id' %}

with

claim as (select * from {{ ref('int_customer__claim') }}),

guess as (select * from {{ source('customer_master', 'customer_inferred_parent') }}),

seen as (
    select customer_id, min(first_seen_at) as first_seen_at
    from {{ ref('int_customer__membership') }} group by customer_id
),

stretch as ({{ stretches('claim', pair) }}),

final as (
    select
        {{ pair }}, min(source_record_id) as source_record_id, 'stated' as evidence, count(distinct source_record_id) as record_count,
        cast(max(confidence) as numeric(5, 4)) as confidence, false as is_inferred, max(valid_to) = {{ open_end }} as is_current,
        min(valid_from) as valid_from, nullif(max(valid_to), {{ open_end }}) as valid_to
    from stretch
    group by {{ pair }}, stretch_number
    union all
    -- what a record states or once stated, of either of the two, is never overruled
    select
        guess.customer_id, 'subsidiary_of' as relationship_type, guess.parent_customer_id as related_customer_id,
        null as source_record_id, guess.evidence, 0 as record_count,
        cast(guess.confidence as numeric(5, 4)) as confidence, true as is_inferred, true as is_current,
        greatest(child.first_seen_at, parent.first_seen_at) as valid_from, null as valid_to
    from guess
    inner join seen as child on child.customer_id = guess.customer_id
    inner join seen as parent on parent.customer_id = guess.parent_customer_id
    where not exists (
        select 1 from claim
        where claim.relationship_type = 'subsidiary_of' and (
            claim.customer_id = guess.customer_id
            or (claim.customer_id = guess.parent_customer_id and claim.related_customer_id = guess.customer_id)
        )
    )
)

select * from final
