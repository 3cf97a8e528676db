{{ config(materialized='ephemeral') }}
{%- set rules = survivorship_rules() %}

with

version as (select * from {{ ref('int_customer__version') }}),

priority as (
    select
        source_system, source_object,
        {%- for rule in rules %}
        max(case when attribute = '{{ rule }}' then priority end) as {{ rule }}_priority,
        max(case when attribute = '{{ rule }}' then rule end) as {{ rule }}_rule{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer__priority') }}
    group by source_system, source_object
),

moment as (select * from {{ ref('int_customer__moment') }}),

frequency as (
    select
        customer_id, changed_at, source_record_id,
        {%- for rule in rules %}
        max(case when attribute = '{{ rule }}' then record_count end) as {{ rule }}_frequency{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer__frequency') }}
    group by customer_id, changed_at, source_record_id
),

-- every record of the customer as it stood at the moment; where none stood, the last state goes on
standing as (
    select
        moment.changed_at,
        version.*,
        row_number() over (
            partition by moment.customer_id, moment.changed_at
            order by version.source_updated_at desc, version.source_record_id
        ) as recency_rank
    from moment
    inner join version
        on version.customer_id = moment.customer_id
        and version.valid_from <= moment.changed_at
        and (version.valid_to is null or version.valid_to > moment.changed_at)
),

final as (
    select
        standing.customer_id,
        min(standing.record_type) as record_type,
        {%- for rule, columns in rules.items() %}
        {%- for column in columns %}
        nullif(min_by(
            coalesce(cast({{ column }} as varchar), ''),
            {{ survivor_place(columns, rule ~ '_rule', rule ~ '_frequency', rule ~ '_priority', 'recency_rank') }}
        ), '') as {{ column }},
        {%- endfor %}
        {%- endfor %}
        standing.changed_at
    from standing
    inner join priority
        on priority.source_system = standing.source_system
        and priority.source_object = standing.source_object
    left join frequency
        on frequency.customer_id = standing.customer_id
        and frequency.changed_at = standing.changed_at
        and frequency.source_record_id = standing.source_record_id
    group by standing.customer_id, standing.changed_at
)

select * from final
