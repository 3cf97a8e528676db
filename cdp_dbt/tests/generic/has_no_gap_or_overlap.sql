{#-
    The periods of a key follow each other: each ends where the next begins, and the last is open (null end). One row per
    period that breaks it.
-#}
{% test has_no_gap_or_overlap(model, key, valid_from, valid_to) %}
select *
from (
    select
        {{ key }}, {{ valid_from }}, {{ valid_to }},
        lead({{ valid_from }}) over (partition by {{ key }} order by {{ valid_from }}) as next_from
    from {{ model }}
) as period
where {{ valid_to }} is distinct from next_from or {{ valid_to }} <= {{ valid_from }}
{% endtest %}
