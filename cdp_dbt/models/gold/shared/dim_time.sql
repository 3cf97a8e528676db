{%- set as_of_date = business_date(as_of()) %}
{%- set months_to_fiscal = (13 - var('fiscal_year_start_month')) % 12 %}
{%- set happenings = [('revenue', 'transaction_date'), ('leave_event', 'event_date'), ('health_score', 'scored_date'),
    ('staff', 'hired_date'), ('staff', 'terminated_date'), ('staff_event', 'event_date')] %}

with

happened as (
    {%- for model, column in happenings %}
    select min({{ column }}) as first_date, max({{ column }}) as last_date from {{ ref(model) }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

-- a date that nobody can mean does not stretch the calendar: the facts' tests show it
bound as (
    select cast(date_trunc('year', greatest(least(min(first_date), date '2015-01-01'), date '1950-01-01')) as date) as first_date,
        least(greatest(max(last_date), {{ as_of_date }} + 731), {{ as_of_date }} + 3653) as last_date
    from happened
),

day as (
    select date_day, cast(mod(date_day - cast('1900-01-01' as date), 7) + 1 as integer) as day_of_week
    from (
        select {{ days_after('bound.first_date', 'spine.number') }} as date_day
        from bound
        inner join {{ numbers(5) }} as spine on spine.number <= bound.last_date - bound.first_date
    ) as spanned
),

placed as (
    select day.*, {{ days_after('date_day', '4 - day_of_week') }} as thursday,
        {%- for unit in ['month', 'quarter', 'year'] %}
        cast(date_trunc('{{ unit }}', date_day) as date) as {{ unit }}_start_date,
        {%- endfor %}
        cast({{ dbt.dateadd('month', months_to_fiscal, "date_trunc('month', date_day)") }} as date) as fiscal_month_date
    from day
),

final as (
    select
        date_day,
        {{ day_name('day_of_week') }} as day_name,
        {{ month_name('extract(month from date_day)') }} as month_name,
        day_of_week,
        cast(extract(day from date_day) as integer) as day_of_month,
        cast(date_day - year_start_date + 1 as integer) as day_of_year,
        cast(floor((thursday - cast(date_trunc('year', thursday) as date)) / 7) + 1 as integer) as iso_week,
        cast(extract(year from thursday) as integer) as iso_year,
        {%- for unit in ['month', 'quarter', 'year'] %}
        cast(extract({{ unit }} from date_day) as integer) as {{ unit }}_number,
        cast(extract({{ unit }} from fiscal_month_date) as integer) as fiscal_{{ unit }},
        {%- endfor %}
        day_of_week >= 6 as is_weekend,
        date_day = last_day(date_day) as is_month_end,
        date_day > {{ as_of_date }} as is_future,
        {{ days_after('date_day', '1 - day_of_week') }} as week_start_date,
        month_start_date, last_day(date_day) as month_end_date, quarter_start_date, year_start_date
    from placed
)

select * from final
