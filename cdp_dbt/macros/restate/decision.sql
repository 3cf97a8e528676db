{#- What a restated model's SQL says of itself, taken apart. `body` is the whole model. -#}
{%- macro read_marks(sql) -%}
    {%- set re = modules.re -%}
    {%- set found = {'touching': [], 'watch': [], 'body': sql, 'gone': none, 'stream': none} -%}
    {%- for text, key, query in re.findall('(?s)(/\\*touching ([^:]*): (.*?) \\*/)', sql) -%}
        {%- do found.touching.append({'key': key, 'query': query}) -%}
        {%- do found.update({'body': found.body | replace(text, '')}) -%}
    {%- endfor -%}
    {%- for text, value in re.findall('(?s)(/\\*watch (.*?)\\*/)', sql) -%}
        {%- do found.watch.append(value) -%}
        {%- do found.update({'body': found.body | replace(text, '')}) -%}
    {%- endfor -%}
    {%- for text, query in re.findall('(?s)(/\\*gone (.*?)\\*/)', sql) -%}
        {%- do found.update({'body': found.body | replace(text, ''), 'gone': query}) -%}
    {%- endfor -%}
    {%- for source_system, stream in re.findall('/\\*new rows of (\\w+)\\.(\\w+)\\*/', sql) -%}
        {%- do found.update({'stream': [source_system, stream]}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}

{#- How this build must be done, its place in the order of all builds, and what it will have seen. -#}
{%- macro decide_restatement(code, existing) -%}
    {%- set upstream = restated_upstream(model) -%}
    {%- set watched = ["''"] -%}
    {%- for value in code.watch -%} {%- do watched.append("coalesce(cast(" ~ value ~ " as varchar), '')") -%} {%- endfor -%}
    {%- set until = mark(code.stream[0], code.stream[1], 'validated_until') if code.stream else 'cast(null as timestamptz)' -%}
    {%- set found = run_query(restatement_query(watched | join(" || '|' || "), until, upstream)).rows[0] -%}
    {%- set whole_always = not code.touching and not code.stream -%}
    {%- set how = 'whole' if found[1] == 'part' and whole_always else found[1] -%}
    {%- set comparable = existing is not none and existing.is_table and config.get('meta', {}).get('compare', true) -%}
    {{ return({
        'seq': found[0], 'seen': found[0] - 1, 'how': how if comparable else 'built', 'watched': found[2],
        'rebuilt': found[3], 'until': until,
    }) }}
{%- endmacro -%}

{%- macro restatement_query(watched, until, upstream) -%}
    {%- set state = source('ops', 'model_state') -%}
    with
    known as (select * from {{ state }} where model = '{{ model.name }}'),
    now_is as (
        select
            (select coalesce(max(seq), 0) + 1 from {{ source('ops', 'restatement') }}) as seq,
            {{ watched }} as watched,
            {{ until }} as until,
            (select max(as_of) from {{ source('ops', 'model_run') }}) as as_of,
            (
                select count(*) from {{ state }}
                where model in ({% for name in upstream %}'{{ name }}', {% endfor %}'')
                    and rebuilt_seq <= (select max(seen_seq) from known)
            ) as unbroken
    )
    select
        now_is.seq,
        case
            when known.model is null or known.fingerprint <> '{{ fingerprint() }}' or known.seen_until > now_is.until then 'built'
            when known.watched <> now_is.watched or known.seen_as_of > now_is.as_of
                or known.seen_as_of < {{ dbt.dateadd('day', -remembered_days(), 'now_is.as_of') }}
                or now_is.unbroken < {{ upstream | length }} then 'whole'
            else 'part'
        end as how,
        now_is.watched,
        known.rebuilt_seq
    from now_is left join known on 1 = 1
{%- endmacro -%}

{#- The restated models that a model reads, through views as well. -#}
{%- macro restated_upstream(node) -%}
    {%- set names = [] -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes and graph.nodes[id].resource_type == 'model' -%}
        {%- set upstream = graph.nodes[id] -%}
        {%- if upstream.config.materialized == 'restated' -%}
            {%- do names.append(upstream.name) -%}
        {%- elif upstream.config.materialized != 'table' -%}
            {%- do names.extend(restated_upstream(upstream)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | unique | list) }}
{%- endmacro -%}

{#- What makes a model another one: its SQL, its columns, and the seeds that it reads. -#}
{%- macro fingerprint() -%}
    {%- set parts = [compiled_code, config.get('unique_key') | string] -%}
    {%- for column in model.columns.values() -%} {%- do parts.append(column.name ~ ' ' ~ column.data_type) -%} {%- endfor -%}
    {%- for id in model.depends_on.nodes if id in graph.nodes and graph.nodes[id].resource_type == 'seed' -%}
        {%- do parts.append(graph.nodes[id].checksum.checksum) -%}
    {%- endfor -%}
    {{ return(local_md5(parts | join('\n'))) }}
{%- endmacro -%}

{#- How long changes are kept for a model that was not built meanwhile; after that it is computed as a whole. -#}
{%- macro remembered_days() -%} {{ return(30) }} {%- endmacro -%}
