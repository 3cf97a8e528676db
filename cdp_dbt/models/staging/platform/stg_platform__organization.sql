{{ current_of('stg_platform__organization__version') }}
