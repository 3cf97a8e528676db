{#- A fixed-point number; null where the value does not fit, which a test then shows, instead of a failed run. -#}
{%- macro to_numeric(value, precision=18, scale=2) -%}
    {{ return(adapter.dispatch('to_numeric', 'cdp')(value, precision, scale)) }}
{%- endmacro -%}

{%- macro duckdb__to_numeric(value, precision, scale) -%}
    try_cast({{ value }} as numeric({{ precision }}, {{ scale }}))
{%- endmacro -%}

{%- macro snowflake__to_numeric(value, precision, scale) -%}
    try_to_decimal(to_varchar({{ value }}), {{ precision }}, {{ scale }})
{%- endmacro -%}


{#- A date from text in ISO order; null where it is none. -#}
{%- macro to_date(value) -%}
    {{ return(adapter.dispatch('to_date', 'cdp')(value)) }}
{%- endmacro -%}

{%- macro duckdb__to_date(value) -%} try_cast({{ value }} as date) {%- endmacro -%}

{%- macro snowflake__to_date(value) -%} try_to_date({{ value }}) {%- endmacro -%}
