{#- The moment that the current model run takes for now; models never read the clock. -#}
{%- macro as_of() -%}
    (select max(run.as_of) from {{ source('ops', 'model_run') }} as run)
{%- endmacro -%}
