{{ current_of('stg_stripe__customer__version') }}
