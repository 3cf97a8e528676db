{%- set columns = survivorship_columns() %}

with

party_version as (select * from {{ ref('party_version') }}),

membership as (select * from {{ ref('int_customer__membership') }}),

-- what a record said counts until it says something else or is deleted
bounded as (
    select
        party_version.*,
        lead(valid_from) over (partition by source_record_id order by source_updated_at, raw_id) as valid_to
    from party_version
),

final as (
    select
        bounded.source_record_id,
        membership.customer_id,
        bounded.parent_source_record_id,
        bounded.employer_source_record_id,
        bounded.job_title,
        bounded.source_system,
        bounded.source_object,
        membership.record_type,
        {%- for column in columns %}
        bounded.{{ column }},
        {%- endfor %}
        bounded.source_updated_at,
        bounded.valid_from,
        bounded.valid_to
    from bounded
    inner join membership on membership.source_record_id = bounded.source_record_id
    where not bounded.is_deleted
        and (bounded.valid_to is null or bounded.valid_to > bounded.valid_from)
)

select * from final
