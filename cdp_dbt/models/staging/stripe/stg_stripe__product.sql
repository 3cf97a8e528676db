with

source as ({{ current_rows('stripe', 'products') }}),

final as (
    select
        id as product_id,
        raw_id,
        default_price as default_price_id,
        coalesce({{ json_text('metadata', 'product_code') }}, id) as product_code,
        name as product_name,
        description,
        coalesce(active, false) as is_active,
        metadata,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        extracted_at
    from source
)

select * from final
