{#-
    What of a model must be computed anew: the keys of each `touching` as a table, the model's SQL that reads only what
    they need, and the condition that its rows, new and old, are compared under.
-#}
{%- macro plan_part(built, code) -%}
    {%- set alive, where, count = [], [], [] -%}
    {%- for touching in code.touching -%}
        {%- set table = changes_relation(built, '__touched_' ~ loop.index) -%}
        {%- do run_query('create or replace table ' ~ table ~ ' as select distinct ' ~ touching.key ~ ' from (' ~ touching.query ~ ') as touching') -%}
        {%- set found = run_query('select count(*) from ' ~ table).rows[0][0] -%}
        {%- if found -%}
            {%- do count.append(found) -%}
            {%- do alive.append({'key': touching.key, 'table': table}) -%}
            {%- do where.append(is_touched(touching.key, touching.key, table)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set body = {'sql': code.body} -%}
    {%- for text, keys in modules.re.findall('(?s)(\\(1 = 1 /\\*touched (.*?)\\*/\\))', code.body) -%}
        {%- do body.update({'sql': body.sql | replace(text, restriction(keys, alive))}) -%}
    {%- endfor -%}
    {{ return({'where': where | join(' or '), 'body': body.sql, 'touched': count | sum}) }}
{%- endmacro -%}

{#- A mark of `touched` as a condition; a key of which it says nothing may need every row. -#}
{%- macro restriction(keys, alive) -%}
    {%- set said = {} -%}
    {%- for entry in keys.split(' | ') -%}
        {%- set key, value = entry.split(' <- ') -%}
        {%- do said.update({key | trim: value | trim}) -%}
    {%- endfor -%}
    {%- set conditions = [] -%}
    {%- for touched in alive -%}
        {%- do conditions.append(is_touched(said[touched.key], touched.key, touched.table) if touched.key in said else '1 = 1') -%}
    {%- endfor -%}
    {{ return('(' ~ conditions | join(' or ') ~ ')') }}
{%- endmacro -%}

{%- macro is_touched(value, key, table) -%}
    {%- if ':' not in value -%} {{ return('(' ~ value ~ ') in (select ' ~ key ~ ' from ' ~ table ~ ')') }} {%- endif -%}
    {%- set last = key.split(', ')[-1] -%}
    {%- set meant = {
        ':keys': table.render(),
        ':least': '(select min(' ~ last ~ ') from ' ~ table ~ ')',
        ':greatest': '(select max(' ~ last ~ ') from ' ~ table ~ ')',
    } -%}
    {%- set condition = {'sql': value} -%}
    {%- for word, sql in meant.items() -%} {%- do condition.update({'sql': condition.sql | replace(word, sql)}) -%} {%- endfor -%}
    {{ return('(' ~ condition.sql ~ ')') }}
{%- endmacro -%}
