{#- Of a table of versions the newest one of every record that still exists, in the columns of this model's own yml. -#}
{%- macro current_of(versions) -%}
    select
        {%- for name in model.columns %}
        {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(versions) }}
    where is_current and not is_deleted
{%- endmacro -%}
