with source as (

    {{ current_rows('stripe', 'prices') }}

),

final as (

    select
        id as price_id,
        raw_id,
        product as product_id,
        type as price_type,
        upper(currency) as currency_code,
        {{ money_from_minor_units('unit_amount', 'currency') }} as unit_amount,
        coalesce(active, false) as is_active,
        recurring,
        {{ epoch_to_timestamp('created') }} as created_at,
        source_updated_at,
        extracted_at
    from source

)

select * from final
