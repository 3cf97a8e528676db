{#- The durable id of a source record, `<source>:<object>:<id>`, that facts carry; null where the id is. -#}
{%- macro record_id(source_system, object, id) -%}
    '{{ source_system }}:{{ object }}:' || cast({{ id }} as varchar)
{%- endmacro -%}
