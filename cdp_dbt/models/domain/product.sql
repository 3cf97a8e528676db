{{ union_of([
    'stg_netsuite__item',
    'stg_stripe__product__product',
]) }}
