{#- At most `share` (0 to 1) of the rows meet the condition, or `allowance` of them. One row, the counts, where more do. -#}
{% test has_few(model, condition, share, allowance) %}
select *
from (
    select
        count(*) as row_count,
        sum(case when {{ condition }} then 1 else 0 end) as met_count
    from {{ model }}
) as counted
where met_count > {{ share }} * row_count and met_count > {{ allowance }}
{% endtest %}
