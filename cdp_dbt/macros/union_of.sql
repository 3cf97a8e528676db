{#-
    A noun of the domain: the union of the staging models that have it, in the columns and types of the noun's own yml.
    A staging model is called stg_<source>__<object>, with a third part where its shape is not the object's; its key
    <object>_id becomes the record's id. A column that the staging model's yml does not have is null.
    `without`: columns that the noun adds to the union.
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
        {%- set value = shared.get(column.name, column.name if column.name in described else 'null') %}
        cast({{ value }} as {{ column.data_type }}) as {{ column.name }}
            {{- ',' if not loop.last }}
        {%- endfor %}
        {{- '\n        /*and change*/' if config.get('materialized') == 'changing_view' }}
    from {{ ref(name) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}
