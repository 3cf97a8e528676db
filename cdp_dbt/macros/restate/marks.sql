{#-
    What a model of materialization `restated` says of itself, in comments of its own SQL: without them it is the whole
    model, as a first build or a rebuild runs it; `decision.sql` and `part.sql` read them where only a part is computed anew.

    touching   which rows of the model changed since it was last built: a query of keys. A key is one output column, or
               several with commas; several keys are alternatives.
    touched    the same keys in terms of a row that the model reads: nothing else need be read. What names :keys, the
               table of the keys, or :least or :greatest of their last column, is a condition of its own.
    changes    in a query of `touching`: the rows of another model that came or went since.
    watch      a value besides other models that everything depends on, such as the day: where it is another one, all
               is computed anew.
-#}

{%- macro touching(key) -%}
/*touching {{ key }}: {{ caller() }} */
{% endmacro -%}

{%- macro touched(keys) -%}
(1 = 1 /*touched {% for key, value in keys.items() %}{{ key }} <- {{ value }}{{ ' | ' if not loop.last }}{% endfor %}*/)
{%- endmacro -%}

{%- macro changes(name) -%}
    (select * from {{ changes_relation(ref(name)) }} where change_seq > {{ seen('seq') }})
{%- endmacro -%}

{%- macro watch(value) -%}
/*watch {{ value }}*/
{% endmacro -%}

{#- What the last build of this model had seen: `seq` of changes, the moment `as_of`, raw rows `until`. -#}
{%- macro seen(what) -%}
    (select max(seen_{{ what }}) from {{ source('ops', 'model_state') }} where model = '{{ model.name }}')
{%- endmacro -%}

{#- The table beside a model that holds what came and went in it: change_seq, is_removed, and the model's columns. -#}
{%- macro changes_relation(relation, suffix='') -%}
    {{ return(relation.incorporate(path={'schema': 'changes', 'identifier': relation.identifier ~ suffix}, type='table')) }}
{%- endmacro -%}

{#- In a query of `touching`: whose records came or went, and those of nobody. -#}
{%- macro touched_by_membership() -%}
    select customer_id from {{ changes('int_customer__membership') }} as membership
    union
    select 'unknown' as customer_id from {{ changes('int_customer__membership') }} as membership
{%- endmacro -%}

{#- In a query of `touching`: the days that have come since, for what holds one day more when a day is over. -#}
{%- macro new_days(name) -%}
    {%- set today = business_date(as_of()) -%}
    select {{ days_after(today, '-number') }} as {{ name }}
    from {{ numbers(2) }} as back
    where {{ days_after(today, '-number') }} > {{ business_date(seen('as_of')) }}
{%- endmacro -%}
