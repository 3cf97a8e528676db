{#- The column sums, exactly, to the total. One row, the sum, where it does not. -#}
{% test sums_to(model, column, total) %}
select sum({{ column }}) as actual
from {{ model }}
having sum({{ column }}) is distinct from {{ total }}
{% endtest %}
