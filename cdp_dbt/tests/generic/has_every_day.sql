{#- Between its first and its last day the column has every day. One row per day after which one is missing. -#}
{% test has_every_day(model, column) %}
select *
from (
    select {{ column }} as present_day, lead({{ column }}) over (order by {{ column }}) as next_day
    from {{ model }}
) as day
where next_day <> present_day + 1
{% endtest %}
