{{ config(materialized='restated', unique_key=['customer_id', 'scored_date']) }}
{%- call touching('customer_id') %}
    select coalesce(membership.customer_id, 'unknown') as customer_id
    from {{ changes('health_score') }} as health_score
    left join {{ ref('int_customer__membership') }} as membership
        on membership.source_record_id = health_score.party_source_record_id
    union
    select customer_id from {{ changes('int_customer__usage_week') }} as usage_week
    where not exists (
        select 1 from {{ this }} as standing where standing.customer_id = usage_week.customer_id and standing.tenant_count > 0
    )
    union
    {{ touched_by_membership() }}
{%- endcall %}
{%- set scores = ['score', 'usage_score', 'engagement_score', 'tickets_score', 'nps_score'] %}

with

health_score as (select * from {{ ref('health_score') }}),

membership as (select * from {{ ref('int_customer__membership') }}),

usage_week as (select * from {{ ref('int_customer__usage_week') }}),

-- several tenants of one customer speak with the mean of their voices
platform as (
    select
        coalesce(membership.customer_id, 'unknown') as customer_id,
        min(health_score.party_source_record_id) as party_source_record_id,
        count(*) as tenant_count,
        {%- for score in scores %}
        cast(round(sum({{ score }}) / nullif(count({{ score }}), 0), 4) as numeric(9, 4)) as platform_{{ score }},
        {%- endfor %}
        health_score.scored_date
    from health_score
    left join membership on membership.source_record_id = health_score.party_source_record_id
    where {{ touched({'customer_id': "coalesce(membership.customer_id, 'unknown')"}) }}
    group by coalesce(membership.customer_id, 'unknown'), health_score.scored_date
),

-- a customer whom the product never judges is judged by us, at the end of every week of use
unjudged as (
    select
        customer_id,
        party_source_record_id,
        0 as tenant_count,
        {%- for score in scores %}
        cast(null as numeric(9, 4)) as platform_{{ score }},
        {%- endfor %}
        week_end_date as scored_date
    from usage_week
    where {{ touched({'customer_id': 'usage_week.customer_id'}) }}
        and not exists (select 1 from platform where platform.customer_id = usage_week.customer_id)
),

final as (
    select * from platform
    union all
    select * from unjudged
)

select * from final
