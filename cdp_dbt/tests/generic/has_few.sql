{#- At most `share` (0 to 1) of the rows meet the condition. One row, the counts, where more do. -#}
{% test has_few(model, condition, share) %}
select
    count(*) as row_count,
    sum(case when {{ condition }} then 1 else 0 end) as met_count
from {{ model }}
having sum(case when {{ condition }} then 1 else 0 end) > {{ share }} * count(*)
{% endtest %}
