{#- Every combination of the columns that is present here exists in `to_columns` (the same by default) of `to`. -#}
{% test refers_to(model, columns, to, to_columns=none) %}
{%- set to_columns = to_columns or columns %}
select held.*
from (
    select distinct {{ columns | join(', ') }}
    from {{ model }}
    where {% for column in columns %}{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
) as held
where not exists (
    select 1
    from {{ to }} as known
    where {% for column in columns %}known.{{ to_columns[loop.index0] }} = held.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
)
{% endtest %}
