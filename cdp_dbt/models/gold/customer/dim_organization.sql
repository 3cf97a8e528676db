with recursive

organization as (
    select customer_id, customer_name, country, industry, is_customer
    from {{ ref('dim_customer') }}
    where is_current and customer_type in ('organization', 'unknown')
),

-- where records disagree, the youngest word on who owns whom holds
parent as (
    select relationship.customer_id, relationship.related_customer_id as parent_customer_id, relationship.is_inferred
    from {{ ref('customer_relationship') }} as relationship
    inner join organization on organization.customer_id = relationship.related_customer_id
    where relationship.relationship_type = 'subsidiary_of' and relationship.is_current
    qualify row_number() over (
        partition by relationship.customer_id
        order by relationship.valid_from desc, relationship.related_customer_id
    ) = 1
),

linked as (
    select organization.*, parent.parent_customer_id, coalesce(parent.is_inferred, false) as is_parent_inferred
    from organization
    left join parent on parent.customer_id = organization.customer_id
),

-- from the top down, so that companies which own each other in a circle are not reached instead of never left
tree as (
    select customer_id, customer_id as ultimate_parent_customer_id, 0 as depth
    from linked
    where parent_customer_id is null
    union all
    select linked.customer_id, tree.ultimate_parent_customer_id, tree.depth + 1 as depth
    from tree
    inner join linked on linked.parent_customer_id = tree.customer_id
),

child as (
    select parent_customer_id, count(*) as subsidiary_count from linked group by parent_customer_id
),

final as (
    select
        linked.customer_id as organization_id,
        linked.parent_customer_id as parent_organization_id,
        coalesce(tree.ultimate_parent_customer_id, linked.customer_id) as ultimate_parent_organization_id,
        linked.customer_name as organization_name,
        linked.country,
        linked.industry,
        coalesce(tree.depth, 0) as depth,
        coalesce(child.subsidiary_count, 0) as subsidiary_count,
        linked.is_customer,
        linked.is_parent_inferred,
        tree.customer_id is null as is_in_ownership_circle
    from linked
    left join tree on tree.customer_id = linked.customer_id
    left join child on child.parent_customer_id = linked.customer_id
)

select * from final
