{#- A view through which the changes of the restated models that it unites can be read as well. -#}
{%- materialization changing_view, default -%}
    {%- do tag_queries() -%}
    {%- set built = this.incorporate(type='view') -%}
    {%- set parts = {'code': compiled_code | replace('/*and change*/', ', change_seq, is_removed')} -%}
    {%- for id in model.depends_on.nodes -%}
        {%- set upstream = api.Relation.create(database=this.database, schema=graph.nodes[id].schema, identifier=graph.nodes[id].name) -%}
        {%- do parts.update({'code': parts.code | replace(upstream.render(), changes_relation(upstream).render())}) -%}
    {%- endfor -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%} {{ made_anew(load_cached_relation(this), built, get_create_view_as_sql(built, compiled_code)) }} {%- endcall -%}
    {#- not by way of dbt's cache, which learns of this schema while several threads ask it -#}
    {%- do run_query('create or replace view ' ~ changes_relation(built) ~ ' as ' ~ parts.code) -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [built]}) }}
{%- endmaterialization -%}
