{#- Whether a part of the text matches, letters in either case; the pattern must mean the same to RE2 and to Java. -#}
{%- macro matches(value, pattern) -%}
    {{ return(adapter.dispatch('matches', 'cdp')(value, pattern)) }}
{%- endmacro -%}

{%- macro duckdb__matches(value, pattern) -%} regexp_matches({{ value }}, '{{ pattern }}', 'i') {%- endmacro -%}

{%- macro snowflake__matches(value, pattern) -%}
    (regexp_instr({{ value }}, '{{ pattern | replace("\\", "\\\\") }}', 1, 1, 0, 'i') > 0)
{%- endmacro -%}
