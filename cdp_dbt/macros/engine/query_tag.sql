{#- What Snowflake's query history says of a model's or test's statements: which asset they were for, in which run.

    One statement per node, and none to put an earlier tag back: the next node sets its own. -#}
{%- macro snowflake__set_query_tag() -%}
    {%- set asset = model.name if model.resource_type == 'test' else model.schema ~ '.' ~ model.name -%}
    {%- set tag = tojson({'app': 'cdp', 'run': env_var('CDP_RUN_ID', ''), 'asset': asset}) -%}
    {%- do run_query("alter session set query_tag = '" ~ tag ~ "'") -%}
    {{ return(none) }}
{%- endmacro -%}

{%- macro snowflake__unset_query_tag(original_query_tag) -%}
{%- endmacro -%}


{#- The same from a materialization of our own. -#}
{%- macro tag_queries() -%} {{ adapter.dispatch('tag_queries', 'cdp')() }} {%- endmacro -%}

{%- macro duckdb__tag_queries() -%} {%- endmacro -%}

{%- macro snowflake__tag_queries() -%} {%- do snowflake__set_query_tag() -%} {%- endmacro -%}
