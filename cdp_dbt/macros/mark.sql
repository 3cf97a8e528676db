{#- What the current model run's mark says of a stream: one of the columns of ops.model_mark. -#}
{%- macro mark(source_system, stream, column) -%}
    (
        select max(mark.{{ column }}) from {{ source('ops', 'model_mark') }} as mark
        where mark.source_system = '{{ source_system }}' and mark.stream = '{{ stream }}'
    )
{%- endmacro -%}
