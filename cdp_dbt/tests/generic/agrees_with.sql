{#-
    Where `to` has a row of the same key under `to_where`, it says the same in all columns, and it has one. One row per
    key that differs or is missing.
-#}
{% test agrees_with(model, key, columns, to, to_where='true') %}
select model.{{ key }}
from {{ model }} as model
left join (select * from {{ to }} where {{ to_where }}) as other on other.{{ key }} = model.{{ key }}
where other.{{ key }} is null
    {%- for column in columns %}
    or model.{{ column }} is distinct from other.{{ column }}
    {%- endfor %}
{% endtest %}
