{#- None of the columns is ever null. One row per row that has a null. -#}
{% test has_present(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
