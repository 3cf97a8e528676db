{#-
    The sum of `column` per group is, exactly, the sum of `to_column` of `to` in the same group. Either may be an
    expression, such as 1 to count rows. `where` and `to_where` choose the rows that are compared; `to_group_by` names the
    groups on the other side. One row per group that differs.
-#}
{% test equals_sum_of(model, column, to, to_column, group_by, to_group_by=none, where='true', to_where='true') %}
{%- set to_group_by = to_group_by or group_by %}
select
    here.*,
    there.*
from (
    select
        {% for key in group_by %}{{ key }} as group_{{ loop.index }}, {% endfor %}
        sum({{ column }}) as total
    from {{ model }}
    where {{ where }}
    group by {{ group_by | join(', ') }}
) as here
full outer join (
    select
        {% for key in to_group_by %}{{ key }} as to_group_{{ loop.index }}, {% endfor %}
        sum({{ to_column }}) as to_total
    from {{ to }}
    where {{ to_where }}
    group by {{ to_group_by | join(', ') }}
) as there
    on {% for key in group_by %}here.group_{{ loop.index }} = there.to_group_{{ loop.index }}{{ ' and ' if not loop.last }}{% endfor %}
where coalesce(here.total, 0) <> coalesce(there.to_total, 0)
{% endtest %}
