{{ current_of('stg_netsuite__customer__version') }}
