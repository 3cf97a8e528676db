{#- On DuckDB all that follows, to the commit at the end of the materialization, is one transaction. -#}
{%- macro forget_state() -%}
    {%- call statement('forgetting', auto_begin=True) -%}
        delete from {{ source('ops', 'model_state') }} where model = '{{ model.name }}'
    {%- endcall -%}
{%- endmacro -%}

{#- The last statements of every build: the model's state, and a line in the record of all builds. -#}
{%- macro remember_state(now, done, built) -%}
    {%- do run_query(state_statement(now)) -%}
    {%- call statement('main') -%}
        insert into {{ source('ops', 'restatement') }} (seq, run_id, model, how, touched, computed, removed, added, row_count, as_of)
        select
            {{ now.seq }}, max(run_id), '{{ model.name }}', '{{ now.how }}', {{ done.touched if done.touched is not none else 'null' }},
            {{ done.computed }}, {{ done.removed }}, {{ done.added }}, (select count(*) from {{ built }}), max(as_of)
        from {{ source('ops', 'model_run') }}
    {%- endcall -%}
{%- endmacro -%}

{%- macro state_statement(now) -%}
    insert into {{ source('ops', 'model_state') }}
        (model, seq, rebuilt_seq, seen_seq, seen_as_of, seen_until, watched, fingerprint)
    select
        '{{ model.name }}', {{ now.seq }}, {{ now.seq if now.how == 'built' else now.rebuilt }}, {{ now.seen }},
        max(as_of), {{ now.until }}, '{{ now.watched }}', '{{ fingerprint() }}'
    from {{ source('ops', 'model_run') }}
{%- endmacro -%}

{#- Changes that every model has seen that was built lately. -#}
{%- macro drop_seen_changes(built) -%}
    {%- set lately = dbt.dateadd('day', -remembered_days(), '(select max(as_of) from ' ~ source('ops', 'model_run') ~ ')') -%}
    {%- do run_query(
        'delete from ' ~ changes_relation(built) ~ ' where change_seq <= (select min(seen_seq) from '
        ~ source('ops', 'model_state') ~ ' where seen_as_of >= ' ~ lately ~ ')'
    ) -%}
{%- endmacro -%}
