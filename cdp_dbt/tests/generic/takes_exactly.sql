{#- The column takes each of the values at least once, and no other. One row per value that is missing or foreign. -#}
{% test takes_exactly(model, column, values) %}
select coalesce(expected.value, actual.value) as value
from (
    {%- for value in values %}
    select '{{ value }}' as value{{ ' union all' if not loop.last }}
    {%- endfor %}
) as expected
full outer join (select distinct {{ column }} as value from {{ model }}) as actual on actual.value = expected.value
where expected.value is null or actual.value is null
{% endtest %}
