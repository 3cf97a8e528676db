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

{#- What of the columns is said at all: null of a record that has none of them. -#}
{%- macro survivor_has(columns) -%}
    {%- if columns | length > 1 %} coalesce({{ columns | join(', ') }}) {%- else %} {{ columns[0] }} {%- endif %} is not null
{%- endmacro -%}

{#- Two records say the same where this is equal: the columns without case, blanks and punctuation. -#}
{%- macro survivor_said(columns) -%}
    translate(lower(
        {%- for column in columns %} coalesce(cast({{ column }} as varchar), '') {{- " || '|' ||" if not loop.last }} {%- endfor -%}
    ), ' .,-()/', '')
{%- endmacro -%}

{#- How much a record says: columns of the rule first, then of all rules. -#}
{%- macro survivor_completeness(columns) -%}
    100 * ({%- for column in columns %} case when {{ column }} is null then 0 else 1 end {{- ' +' if not loop.last }} {%- endfor %})
    {%- for column in survivorship_columns() %} + case when {{ column }} is null then 0 else 1 end {%- endfor %}
{%- endmacro -%}

{#-
    A record's place among those that could give a rule's columns; the lowest wins, and a record that has none of them
    has no place. A record without the leading column (a country without a street) comes after all that have it; then
    the attribute's rule decides, then priority, then recency.
-#}
{%- macro survivor_place(columns, rule, frequency, priority, recency_rank) -%}
    case when {{ survivor_has(columns) }} then
        case when {{ columns[0] }} is null then 10000000000000 else 0 end
        + case {{ rule }}
            when 'frequency' then 999 - least({{ frequency }}, 999)
            when 'completeness' then 999 - ({{ survivor_completeness(columns) }})
            else 0
        end * cast(10000000000 as bigint)
        + cast({{ priority }} as bigint) * 100000000 + {{ recency_rank }}
    end
{%- endmacro -%}
