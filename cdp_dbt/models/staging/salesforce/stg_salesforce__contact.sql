{{ current_of('stg_salesforce__contact__version') }}
