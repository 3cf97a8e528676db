{#- Of the rows of each key, exactly one meets the condition. One row per key of which none or several do. -#}
{% test has_exactly_one(model, key, condition) %}
select {{ key }}, sum(case when {{ condition }} then 1 else 0 end) as met_count
from {{ model }}
group by {{ key }}
having sum(case when {{ condition }} then 1 else 0 end) <> 1
{% endtest %}
