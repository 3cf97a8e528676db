{%- set rules = survivorship_rules() %}
{%- set contest = 'partition by customer_id, attribute order by place, source_updated_at desc, source_record_id' %}

with

version as (select * from {{ ref('int_customer__version') }} where valid_to is null),

priority as (select * from {{ ref('int_customer__priority') }}),

frequency as (select * from {{ ref('int_customer__frequency') }} where is_latest),

candidate as (
    {%- for rule, columns in rules.items() %}
    {%- set rule_loop = loop %}
    {%- for column in columns %}
    select
        version.customer_id,
        '{{ column }}' as attribute,
        cast(version.{{ column }} as varchar) as value,
        version.source_system,
        version.source_record_id,
        priority.rule,
        {{ survivor_place(columns, 'priority.rule', 'frequency.record_count', 'priority.priority', 0) }} as place,
        version.source_updated_at
    from version
    inner join priority
        on priority.source_system = version.source_system
        and priority.source_object = version.source_object
        and priority.attribute = '{{ rule }}'
    left join frequency
        on frequency.source_record_id = version.source_record_id and frequency.attribute = '{{ rule }}'
    where {{ survivor_has(columns) }}
    {{- '\n    union all' if not (loop.last and rule_loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

ranked as (
    select
        candidate.*,
        row_number() over ({{ contest }}) as position,
        lead(value) over ({{ contest }}) as runner_up_value,
        lead(source_record_id) over ({{ contest }}) as runner_up_source_record_id
    from candidate
),

final as (
    select
        customer_id, attribute, value, source_system, source_record_id, rule,
        runner_up_value, runner_up_source_record_id, source_updated_at
    from ranked
    where position = 1 and value is not null
)

select * from final
