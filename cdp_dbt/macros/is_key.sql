{#- A column that is never null and never the same in two rows; returns the offending values. -#}
{%- test is_key(model, column_name) -%}
    {{ config(meta={'description': 'Every row must have a key of its own, or joins lose and double rows. Our own code is at fault: look at the model, not at the source.'}) }}
    select
        {{ column_name }},
        count(*) as row_count
    from {{ model }}
    group by {{ column_name }}
    having count(*) > 1 or {{ column_name }} is null
{%- endtest -%}
