{#- Tables and views on DuckDB are replaced inside one transaction, in one statement each.

    The adapter's own builds beside and renames twice, for readers of the same file and for foreign keys; here nobody
    reads the file that is written, and it takes half as long. -#}
{%- materialization table, adapter='duckdb' -%}
    {%- set built = this.incorporate(type='table') -%}
    {{ replace_relation(built, create_table_as(False, built, compiled_code)) }}
    {{ return({'relations': [built]}) }}
{%- endmaterialization -%}

{%- materialization view, adapter='duckdb' -%}
    {%- set built = this.incorporate(type='view') -%}
    {{ replace_relation(built, get_create_view_as_sql(built, compiled_code)) }}
    {{ return({'relations': [built]}) }}
{%- endmaterialization -%}

{%- macro replace_relation(built, create) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%} {{ made_anew(load_cached_relation(built), built, create) }} {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
{%- endmacro -%}


{#- The statements that put a new table or view where another relation may stand. -#}
{%- macro made_anew(existing, built, create) -%} {{ return(adapter.dispatch('made_anew', 'cdp')(existing, built, create)) }} {%- endmacro -%}

{%- macro duckdb__made_anew(existing, built, create) -%}
    {%- if existing -%} drop {{ existing.type }} if exists {{ existing }}; {%- endif %}
    {{ create }}
{%- endmacro -%}

{%- macro snowflake__made_anew(existing, built, create) -%}
    {%- if existing and existing.type != built.type -%} drop {{ existing.type }} if exists {{ existing }}; {%- endif %}
    {{ create }}
{%- endmacro -%}


{#- What lies between is written together or not at all; on DuckDB dbt has begun by then. -#}
{%- macro begin_rows() -%} {{ adapter.dispatch('begin_rows', 'cdp')() }} {%- endmacro -%}

{%- macro duckdb__begin_rows() -%} {%- endmacro -%}

{%- macro snowflake__begin_rows() -%} {%- do run_query('begin') -%} {%- endmacro -%}

{%- macro commit_rows() -%} {{ adapter.dispatch('commit_rows', 'cdp')() }} {%- endmacro -%}

{%- macro duckdb__commit_rows() -%} {%- endmacro -%}

{%- macro snowflake__commit_rows() -%} {%- do run_query('commit') -%} {%- endmacro -%}
