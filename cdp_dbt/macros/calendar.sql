{#- A table of the whole numbers from 0 to 10^digits - 1, as `number`. -#}
{%- macro numbers(digits) -%}
    (
        select cast(
            {%- for place in range(digits) %} digit_{{ place }}.digit * {{ 10 ** place }} {{- ' +' if not loop.last }}
            {%- endfor %} as integer) as number
        from {% for place in range(digits) -%}
        (
            {%- for digit in range(10) %}select {{ digit }} as digit{{ ' union all ' if not loop.last }}{% endfor -%}
        ) as digit_{{ place }}{{ ' cross join ' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro -%}

{#- The English name of a day of the week, 1 being Monday. -#}
{%- macro day_name(number) -%}
    {{ _name_of(number, ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) }}
{%- endmacro -%}

{#- The English name of a month, 1 being January. -#}
{%- macro month_name(number) -%}
    {{ _name_of(number, ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
        'November', 'December']) }}
{%- endmacro -%}

{%- macro _name_of(number, names) -%}
    case {{ number }} {%- for name in names %} when {{ loop.index }} then '{{ name }}' {%- endfor %} end
{%- endmacro -%}
