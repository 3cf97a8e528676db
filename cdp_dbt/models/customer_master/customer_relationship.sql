{%- set open_end = "cast('9999-12-31 00:00:00+00' as timestamptz)" %}
{%- set pair = 'customer_id, relationship_type, related_customer_id' %}

with

version as (select * from {{ ref('int_customer__version') }}),

membership as (select * from {{ ref('int_customer__membership') }}),

claim as (
    select customer_id, source_record_id, 'subsidiary_of' as relationship_type, parent_source_record_id as related_record_id,
        valid_from, coalesce(valid_to, {{ open_end }}) as valid_to
    from version
    where parent_source_record_id is not null
    union all
    select customer_id, source_record_id, 'employed_by' as relationship_type, employer_source_record_id as related_record_id,
        valid_from, coalesce(valid_to, {{ open_end }}) as valid_to
    from version
    where employer_source_record_id is not null
),

related as (
    select claim.*, membership.customer_id as related_customer_id
    from claim
    inner join membership on membership.source_record_id = claim.related_record_id
    where membership.customer_id <> claim.customer_id
),

-- claims of several records or versions that touch or overlap tell of one relationship
compared as (
    select related.*,
        max(valid_to) over (
            partition by {{ pair }} order by valid_from, valid_to, source_record_id
            rows between unbounded preceding and 1 preceding
        ) as known_until
    from related
),

stretch as (
    select compared.*,
        sum(case when valid_from <= known_until then 0 else 1 end) over (
            partition by {{ pair }} order by valid_from, valid_to, source_record_id rows unbounded preceding
        ) as stretch_number
    from compared
),

final as (
    select
        {{ pair }},
        min(source_record_id) as source_record_id,
        count(distinct source_record_id) as record_count,
        max(valid_to) = {{ open_end }} as is_current,
        min(valid_from) as valid_from,
        nullif(max(valid_to), {{ open_end }}) as valid_to
    from stretch
    group by {{ pair }}, stretch_number
)

select * from final
