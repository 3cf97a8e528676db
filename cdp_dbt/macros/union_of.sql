{#-
    A noun of the domain: the union of the staging models that have it, in the columns and types of the noun's own yml.
    A staging model is called stg_<source>__<object>, with a third part where its shape is not the object's; its key
    <object>_id becomes the record's id. A column that the staging model's yml does not have is null; a staging model
    that describes no columns (an ephemeral one, made for the noun) has them all.
-#}
{%- macro union_of(models, without=[]) -%}
    {%- for name in models %}
    {%- set source_system, object = name.removeprefix('stg_').split('__')[:2] %}
    {%- set described = graph.nodes['model.' ~ project_name ~ '.' ~ name].columns if execute else {} %}
    {%- set shared = {
        'source_record_id': record_id(source_system, object, object ~ '_id'),
        'source_system': "'" ~ source_system ~ "'",
        'source_object': "'" ~ object ~ "'",
        'source_id': object ~ '_id',
        'updated_at': 'source_updated_at',
    } %}
    select
        {%- for column in model.columns.values() if column.name not in without %}
        {%- set has = column.name in described or not described %}
        cast({{ shared.get(column.name, column.name if has else 'null') }} as {{ column.data_type }}) as {{ column.name }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(name) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}
