with

rule as (select * from {{ ref('survivorship_rule') }}),

source_object as (
    select distinct source_system, source_object
    from {{ ref('int_customer__membership') }}
),

attribute as (
    select
        attribute,
        rule,
        count(priority) > 0 as is_ranked
    from rule
    group by attribute, rule
),

-- a source that nobody has ranked comes after those that are; where none is, all are equal
final as (
    select
        source_object.source_system,
        source_object.source_object,
        attribute.attribute,
        attribute.rule,
        cast(case when attribute.is_ranked then coalesce(rule.priority, 99) else 0 end as integer) as priority
    from source_object
    cross join attribute
    left join rule
        on rule.attribute = attribute.attribute
        and rule.source_system = source_object.source_system
        and rule.source_object = source_object.source_object
)

select * from final
