{%- set open_end = "cast('9999-12-31 00:00:00+00' as timestamptz)" %}
{%- set by_time = 'partition by customer_id, organization_id order by changed_at' %}

with

claim as (
    select *, related_customer_id as organization_id
    from {{ ref('int_customer__claim') }}
    where relationship_type = 'employed_by'
),

moment as (
    select customer_id, organization_id, valid_from as changed_at from claim
    union
    select customer_id, organization_id, valid_to as changed_at from claim
),

span as (select moment.*, lead(changed_at) over ({{ by_time }}) as ended_at from moment),

-- what records say meanwhile; of several job titles the youngest
standing as (
    select span.*, claim.job_title, claim.source_record_id, claim.confidence
    from span
    inner join claim
        on claim.customer_id = span.customer_id and claim.organization_id = span.organization_id
        and claim.valid_from <= span.changed_at and claim.valid_to > span.changed_at
    qualify row_number() over (
        partition by span.customer_id, span.organization_id, span.changed_at
        order by case when claim.job_title is null then 1 else 0 end, claim.valid_from desc, claim.source_record_id
    ) = 1
),

compared as (
    select
        standing.*,
        case when lag(ended_at) over ({{ by_time }}) = changed_at
            and lag(job_title) over ({{ by_time }}) is not distinct from job_title then 0 else 1 end as is_other
    from standing
),

stretch as (
    select compared.*, sum(is_other) over ({{ by_time }} rows unbounded preceding) as stretch_number from compared
),

final as (
    select
        customer_id, organization_id, job_title, min(source_record_id) as source_record_id,
        cast(max(confidence) as numeric(5, 4)) as confidence,
        max(ended_at) = {{ open_end }} as is_current,
        row_number() over (partition by customer_id order by max(ended_at) desc, min(changed_at) desc, organization_id) = 1
            as is_primary,
        min(changed_at) as valid_from, nullif(max(ended_at), {{ open_end }}) as valid_to
    from stretch
    group by customer_id, organization_id, job_title, stretch_number
)

select * from final
