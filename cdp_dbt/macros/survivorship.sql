{#-
    What survives into a customer's golden record: rule of seeds/survivorship_rule.csv -> the columns it decides.
    The columns of one rule come from one record, so that a golden address is an address that somebody wrote.
-#}
{%- macro survivorship_rules() -%}
    {{ return({
        'name': ['full_name', 'first_name', 'last_name'],
        'company_name': ['company_name'],
        'email': ['email'],
        'phone': ['phone'],
        'website': ['website'],
        'tax_id': ['tax_id'],
        'birth_date': ['birth_date'],
        'address': ['street', 'city', 'region', 'postal_code', 'country'],
        'industry': ['industry'],
        'employee_count': ['employee_count'],
    }) }}
{%- endmacro -%}

{#- The columns of all rules, one after the other. -#}
{%- macro survivorship_columns() -%}
    {{ return(survivorship_rules().values() | sum(start=[])) }}
{%- endmacro -%}

{#-
    A record's place among those that could give a rule's columns; the lowest wins, and a record that has none of them
    has no place. A record without the leading column (a country without a street) comes after all that have it.
-#}
{%- macro survivor_rank(columns, priority, recency_rank) -%}
    case
        when {{ columns[0] }} is not null then {{ priority }} * 1000000 + {{ recency_rank }}
        {%- if columns | length > 1 %}
        when coalesce({{ columns | join(', ') }}) is not null then 100000000 + {{ priority }} * 1000000 + {{ recency_rank }}
        {%- endif %}
    end
{%- endmacro -%}
