{#- Text without the blanks around it; null where nothing is left. -#}
{%- macro clean(value) -%}
    nullif(trim({{ value }}), '')
{%- endmacro -%}

{#- Given and family name in one; null where both are. -#}
{%- macro full_name(first_name, last_name) -%}
    nullif(trim(coalesce({{ first_name }}, '') || ' ' || coalesce({{ last_name }}, '')), '')
{%- endmacro -%}

{#- The hexadecimal fingerprint of several values; nulls count, and no two lists of values read alike. -#}
{%- macro surrogate_key(values) -%}
    md5(
        {%- for value in values %}
        coalesce(replace(cast({{ value }} as varchar), '|', '||'), '|null|') {{- " || '|-|' || " if not loop.last }}
        {%- endfor %}
    )
{%- endmacro -%}
