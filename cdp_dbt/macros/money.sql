{#- Money as vendors land it, a floating-point number, in cents that add up. -#}
{%- macro money(value) -%}
    {{ to_numeric(value, 18, 2) }}
{%- endmacro -%}

{#- Money from whole minor units (cents), of which some currencies have none, or a thousand, to the unit. -#}
{%- macro money_from_minor_units(value, currency) -%}
    {%- set unit -%}
        case
            when upper({{ currency }}) in (
                'BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA',
                'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'
            ) then 1
            when upper({{ currency }}) in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') then 0.001
            else 0.01
        end
    {%- endset -%}
    {{ money('cast(' ~ value ~ ' as numeric(19, 0)) * ' ~ unit) }}
{%- endmacro -%}
