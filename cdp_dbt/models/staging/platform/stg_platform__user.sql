{{ current_of('stg_platform__user__version') }}
