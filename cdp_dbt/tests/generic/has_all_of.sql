{#- Every value of `to_column` (the same name by default) of `to` exists here. One row per value that is missing. -#}
{% test has_all_of(model, column, to, to_column=none) %}
{%- set to_column = to_column or column %}
select expected.{{ to_column }}
from (select distinct {{ to_column }} from {{ to }} where {{ to_column }} is not null) as expected
where not exists (select 1 from {{ model }} as model where model.{{ column }} = expected.{{ to_column }})
{% endtest %}
