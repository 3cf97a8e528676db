{{ current_of('stg_salesforce__lead__version') }}
