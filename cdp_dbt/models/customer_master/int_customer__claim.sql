{%- set open_end = "cast('9999-12-31 00:00:00+00' as timestamptz)" %}
{%- set kinds = {'subsidiary_of': 'parent_source_record_id', 'employed_by': 'employer_source_record_id'} %}

with

version as (select * from {{ ref('int_customer__version') }}),

membership as (select * from {{ ref('int_customer__membership') }}),

claim as (
    {%- for kind, column in kinds.items() %}
    select
        customer_id, source_record_id, '{{ kind }}' as relationship_type, {{ column }} as related_record_id,
        job_title, valid_from, coalesce(valid_to, {{ open_end }}) as valid_to
    from version
    where {{ column }} is not null
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        claim.customer_id,
        claim.relationship_type,
        related.customer_id as related_customer_id,
        claim.source_record_id,
        claim.job_title,
        least(coalesce(own.confidence, 1), coalesce(related.confidence, 1)) as confidence,
        claim.valid_from,
        claim.valid_to
    from claim
    inner join membership as own on own.source_record_id = claim.source_record_id
    inner join membership as related on related.source_record_id = claim.related_record_id
    where related.customer_id <> claim.customer_id
)

select * from final
