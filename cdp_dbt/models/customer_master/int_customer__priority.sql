with

rule as (select * from {{ ref('survivorship_rule') }}),

source_object as (
    select distinct source_system, source_object
    from {{ ref('int_customer__membership') }}
),

attribute as (
    select distinct attribute, rule
    from rule
),

-- by recency all sources are equal; by priority a source that nobody has ranked comes last
final as (
    select
        source_object.source_system,
        source_object.source_object,
        attribute.attribute,
        attribute.rule,
        cast(case attribute.rule when 'recency' then 0 else coalesce(rule.priority, 99) end as integer) as priority
    from source_object
    cross join attribute
    left join rule
        on rule.attribute = attribute.attribute
        and rule.source_system = source_object.source_system
        and rule.source_object = source_object.source_object
)

select * from final
