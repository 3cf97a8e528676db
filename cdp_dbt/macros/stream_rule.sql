{#- What is declared of a stream in cdp_platform/sources, and what follows from it for its rows. -#}

{#- What is declared of a stream; nothing while dbt parses, for the graph is not there yet. -#}
{%- macro stream_rule(source_system, stream) -%}
    {%- if not execute -%}{{ return({'key': [], 'columns': ['*']}) }}{%- endif -%}
    {%- set id = 'source.' ~ project_name ~ '.raw.' ~ source_system ~ '__' ~ stream -%}
    {{ return(dict(graph.sources[id].config.meta, columns=graph.sources[id].columns.keys() | list)) }}
{%- endmacro -%}

{%- macro source_updated_at(rule) -%}
    {%- set moment = rule.cursor -%}
    {%- if rule.cursor_fallback -%}
        {%- set moment = 'coalesce(' ~ rule.cursor ~ ', ' ~ rule.cursor_fallback ~ ')' -%}
    {%- endif -%}
    {{ epoch_to_timestamp(moment) if rule.cursor_is_epoch else moment }}
{%- endmacro -%}

{%- macro is_deletion(rule) -%}
    {%- if rule.deletes == 'flag' -%} coalesce({{ rule.delete_column }}, false)
    {%- elif rule.deletes == 'tombstone' -%} {{ rule.delete_column }} is not null
    {%- elif rule.deletes == 'absence' -%} is_absent
    {%- else -%} false
    {%- endif -%}
{%- endmacro -%}
