{{ current_of('stg_salesforce__account__version') }}
