{{ union_of([
    'stg_bamboohr__employment_event',
]) }}
