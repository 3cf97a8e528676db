{#- The column alone names a row; the test's words are the same wherever one of our own models is keyed. -#}
{%- test is_key(model, column_name) -%}
    {{ config(meta={'description': 'A row without a key of its own is lost or doubled by every join. '
        ~ 'Our own code is at fault, never the source: mend the model and build it again.'}) }}
    {{ test_has_one_row_per(model, [column_name]) }}
{%- endtest -%}
