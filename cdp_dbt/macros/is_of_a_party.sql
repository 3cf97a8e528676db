{#- Whom a row is about is a record that some source has, or had; the test's words are the same wherever it is asked. -#}
{%- test is_of_a_party(model, column_name) -%}
    {{ config(severity='warn', meta={'description': 'A row about nobody is booked on the unknown customer: no total of a '
        ~ 'customer has it. Its party comes with a later delivery, or the source lost it: ask the owner of the source.'}) }}
    {{ test_refers_to(model, [column_name], ref('party_version'), ['source_record_id']) }}
{%- endtest -%}
