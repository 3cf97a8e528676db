{#-
    A table whose build costs what has changed, not what there is: the rows of the touched keys are computed anew and
    compared with those that stand, and the difference is written, here and into the table of changes that the next
    models read. All is computed anew, and still compared, where a watched value is another one or a model upstream was
    built anew; and the table is built anew where it is not there or its SQL is another one.

    config: unique_key, the columns of a row's key; meta={'compare': false}: always built anew, where nothing else would pay.
    The state goes before the first row is written and comes back with the last: whatever breaks off builds anew.
-#}
{%- materialization restated, default -%}
    {%- do tag_queries() -%}
    {%- set built = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set code = read_marks(compiled_code) -%}
    {%- set now = decide_restatement(code, existing) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if now.how == 'built' -%}
        {%- do forget_state() -%}
        {%- do build_anew(built, existing, code) -%}
        {%- do begin_rows() -%}
        {%- set done = {'touched': none, 'removed': 'null', 'added': 'null', 'computed': 'null'} -%}
    {%- elif code.stream -%}
        {%- set done = restate_stream(built, code, now) -%}
    {%- else -%}
        {%- set done = restate_rows(built, code, now) -%}
    {%- endif -%}
    {%- do remember_state(now, done, built) -%}
    {{ run_hooks(post_hooks) }}
    {%- do commit_rows() -%}
    {{ adapter.commit() }}
    {{ return({'relations': [built]}) }}
{%- endmaterialization -%}

{%- macro build_anew(built, existing, code) -%}
    {%- do run_query(made_anew(existing, built, create_table_as(False, built, code.body))) -%}
    {%- set log = changes_relation(built) -%}
    {%- do run_query('create or replace table ' ~ log ~ ' as select cast(0 as bigint) as change_seq, true as is_removed, made.* from ' ~ built ~ ' as made where 1 = 0') -%}
    {%- if code.gone -%}
        {%- do run_query('create or replace table ' ~ changes_relation(built, '__gone') ~ ' as ' ~ code.gone) -%}
    {%- endif -%}
{%- endmacro -%}

{#- Computes the touched rows, compares, writes; returns how many keys were touched, rows removed and added. -#}
{%- macro restate_rows(built, code, now) -%}
    {%- set columns = column_list(built) -%}
    {%- set key = config.require('unique_key') | join(', ') -%}
    {%- set log, fresh = changes_relation(built), changes_relation(built, '__fresh') -%}
    {%- set plan = {'where': '1 = 1', 'body': code.body, 'touched': none} if now.how == 'whole' else plan_part(built, code) -%}
    {%- do run_query('create or replace table ' ~ fresh ~ ' as select * from ' ~ built ~ ' where 1 = 0') -%}
    {%- if plan.touched != 0 -%}
        {%- do run_query('insert into ' ~ fresh ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from (' ~ plan.body ~ ') as fresh where ' ~ plan.where) -%}
    {%- endif -%}
    {%- do forget_state() -%}
    {%- do begin_rows() -%}
    {%- do drop_seen_changes(built) -%}
    {%- if plan.touched != 0 -%}
        {%- set standing = '(select ' ~ columns ~ ' from ' ~ built ~ ' where ' ~ plan.where ~ ')' -%}
        {%- set fresh_rows = '(select ' ~ columns ~ ' from ' ~ fresh ~ ')' -%}
        {%- for is_removed, one, other in [('true', standing, fresh_rows), ('false', fresh_rows, standing)] -%}
            {%- do run_query('insert into ' ~ log ~ ' (change_seq, is_removed, ' ~ columns ~ ') select ' ~ now.seq ~ ', ' ~ is_removed ~ ', differing.* from (select * from ' ~ one ~ ' as one_side except select * from ' ~ other ~ ' as other_side) as differing') -%}
        {%- endfor -%}
        {%- do apply_changes(built, columns, key, now) -%}
    {%- endif -%}
    {{ return(count_changes(built, fresh, now, plan.touched)) }}
{%- endmacro -%}

{%- macro apply_changes(built, columns, key, now) -%}
    {%- set log = changes_relation(built) -%}
    {%- do run_query('delete from ' ~ built ~ ' where (' ~ key ~ ') in (select ' ~ key ~ ' from ' ~ log ~ ' where change_seq = ' ~ now.seq ~ ' and is_removed)') -%}
    {%- do run_query('insert into ' ~ built ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ log ~ ' where change_seq = ' ~ now.seq ~ ' and not is_removed') -%}
{%- endmacro -%}

{%- macro count_changes(built, fresh, now, touched) -%}
    {%- set found = run_query(
        'select coalesce(sum(case when is_removed then 1 else 0 end), 0), '
        ~ 'coalesce(sum(case when is_removed then 0 else 1 end), 0), (select count(*) from ' ~ fresh ~ ') '
        ~ 'from ' ~ changes_relation(built) ~ ' where change_seq = ' ~ now.seq
    ).rows[0] -%}
    {{ return({'touched': touched, 'removed': found[0], 'added': found[1], 'computed': found[2]}) }}
{%- endmacro -%}

{#- The names of a relation's columns, with commas. -#}
{%- macro column_list(relation) -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | join(', ')) }}
{%- endmacro -%}
