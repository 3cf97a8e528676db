{#-
    The claims of a CTE (`valid_from`, `valid_to` not null, `source_record_id`) with the number of their stretch of time:
    those of one key that touch or overlap, whichever record they are of, are one.
-#}
{%- macro stretches(claims, key) -%}
    {%- set by_time = 'partition by ' ~ key ~ ' order by valid_from, valid_to, source_record_id' %}
    select
        claimed.*,
        sum(case when valid_from <= known_until then 0 else 1 end) over ({{ by_time }} rows unbounded preceding)
            as stretch_number
    from (
        select
            {{ claims }}.*,
            max(valid_to) over ({{ by_time }} rows between unbounded preceding and 1 preceding) as known_until
        from {{ claims }}
    ) as claimed
{%- endmacro -%}
