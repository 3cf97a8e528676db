{#- The moment that is so many seconds after 1970-01-01T00:00:00Z. -#}
{%- macro epoch_to_timestamp(seconds) -%}
    {{ return(adapter.dispatch('epoch_to_timestamp', 'cdp')(seconds)) }}
{%- endmacro -%}

{%- macro duckdb__epoch_to_timestamp(seconds) -%} to_timestamp({{ seconds }}) {%- endmacro -%}

{%- macro snowflake__epoch_to_timestamp(seconds) -%} to_timestamp_tz({{ seconds }}) {%- endmacro -%}


{#- The day on which a moment falls in the business time zone. -#}
{%- macro business_date(moment) -%}
    {{ return(adapter.dispatch('business_date', 'cdp')(moment)) }}
{%- endmacro -%}

{%- macro duckdb__business_date(moment) -%}
    cast(timezone('{{ var("business_time_zone") }}', {{ moment }}) as date)
{%- endmacro -%}

{%- macro snowflake__business_date(moment) -%}
    cast(convert_timezone('{{ var("business_time_zone") }}', {{ moment }}) as date)
{%- endmacro -%}


{#- The date so many days after another, or before it where the number is negative. -#}
{%- macro days_after(day, number) -%}
    {{ return(adapter.dispatch('days_after', 'cdp')(day, number)) }}
{%- endmacro -%}

{%- macro duckdb__days_after(day, number) -%} ({{ day }} + ({{ number }})) {%- endmacro -%}

{%- macro snowflake__days_after(day, number) -%} cast(dateadd(day, {{ number }}, {{ day }}) as date) {%- endmacro -%}
