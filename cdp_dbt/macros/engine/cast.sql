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


{#- The date that somebody typed: 1980-12-31, 31.12.1980 or, with slashes, month first; null where it is none. -#}
{%- macro typed_date(value) -%}
    {{ return(adapter.dispatch('typed_date', 'cdp')(value)) }}
{%- endmacro -%}

{%- macro duckdb__typed_date(value) -%}
    cast(try_strptime(trim({{ value }}), ['%Y-%m-%d', '%d.%m.%Y', '%m/%d/%Y']) as date)
{%- endmacro -%}

{%- macro snowflake__typed_date(value) -%}
    coalesce(
        try_to_date(trim({{ value }}), 'YYYY-MM-DD'),
        try_to_date(trim({{ value }}), 'DD.MM.YYYY'),
        try_to_date(trim({{ value }}), 'MM/DD/YYYY')
    )
{%- endmacro -%}
