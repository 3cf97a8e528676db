{{ union_of([
    'stg_salesforce__account__version',
    'stg_salesforce__contact__version',
    'stg_salesforce__lead__version',
    'stg_netsuite__customer__version',
    'stg_platform__organization__version',
    'stg_platform__user__version',
    'stg_stripe__customer__version',
]) }}
