{{ union_of([
    'stg_bamboohr__employee',
]) }}
