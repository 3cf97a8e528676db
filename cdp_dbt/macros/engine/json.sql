{#- Text at a path of a JSON column, such as json_text('address', 'postal_code'); null where there is none. -#}
{%- macro json_text(column, path) -%}
    {{ return(adapter.dispatch('json_text', 'cdp')(column, path)) }}
{%- endmacro -%}

{%- macro duckdb__json_text(column, path) -%} json_extract_string({{ column }}, '$.{{ path }}') {%- endmacro -%}

{%- macro snowflake__json_text(column, path) -%} get_path({{ column }}, '{{ path }}')::varchar {%- endmacro -%}


{#- A table of `relation`'s rows times the elements of the array at a path of its JSON column, each as `element`. -#}
{%- macro json_elements(relation, column, path) -%}
    {{ return(adapter.dispatch('json_elements', 'cdp')(relation, column, path)) }}
{%- endmacro -%}

{%- macro duckdb__json_elements(relation, column, path) -%}
    (
        select
            {{ relation }}.*,
            unnest(json_extract({{ column }}, '$.{{ path }}[*]')) as element
        from {{ relation }}
    )
{%- endmacro -%}

{%- macro snowflake__json_elements(relation, column, path) -%}
    (
        select
            {{ relation }}.*,
            flattened.value as element
        from {{ relation }}, lateral flatten(input => get_path({{ column }}, '{{ path }}')) as flattened
    )
{%- endmacro -%}
