"""The dialect lint finds what is DuckDB's alone, on the line where it is, and nothing in what is Snowflake's."""

import pytest

from cdp_platform.warehouse.translate import NotTranslatable, to_snowflake
from tests.dialect.lint import findings

PLANTED = {
    "a function": "strftime(ordered_at, '%Y')",
    "a list function": "list_distinct(array_agg(amount))",
    "list()": "list(amount)",
    "arg_max": "arg_max(amount, ordered_at)",
    "arg_min": "arg_min(amount, ordered_at)",
    "bool_or": "bool_or(is_paid)",
    "string_agg": "string_agg(name, ',')",
    "json_extract_string": "json_extract_string(address, '$.city')",
    "an arrow": "address -> 'city'",
    "a double arrow": "address ->> 'city'",
    "FILTER": "sum(amount) filter (where is_paid)",
    "a struct": "{'a': amount}",
    "struct_pack": "struct_pack(a := amount)",
    "a lambda": "list_transform(amounts, x -> x + 1)",
    "a slice": "name[1:3]",
    "unnest": "unnest(amounts)",
    "HUGEINT": "cast(amount as hugeint)",
    "UBIGINT": "cast(amount as ubigint)",
    "a list type": "cast(amounts as struct(a integer)[])",
    "JSON": "cast(address as json)",
    "a quoted name": 'amount as "lowerCase"',
    "an anchored match": "regexp_like(name, 'a')",
    "regexp_matches": "regexp_matches(name, 'a')",
    "epoch": "epoch(ordered_at)",
    "to_timestamp": "to_timestamp(seconds)",
    "timezone": "timezone('UTC', ordered_at)",
    "try_strptime": "try_strptime(typed, '%d.%m.%Y')",
    "an interval without quotes": "ordered_at + interval 3 day",
    "a method": "name.lower()",
    "hash": "hash(name)",
    "a power": "amount ** 2",
    "median over a window of DuckDB's": "quantile_cont(amount, 0.5)",
    "an equality over columns": "columns(*)",
    "ifnull by if": "if(is_paid, 1, 0)",
    "range": "range(10)",
}
STATEMENTS = {
    "FROM first": "from\n  orders",
    "a semi join": "select id from orders\n  semi join paid using (id)",
    "an anti join": "select id from orders\n  anti join paid using (id)",
    "an asof join": "select a.id from orders as a\n  asof join paid as b on a.at >= b.at",
    "a positional join": "select a.id from orders as a\n  positional join paid as b",
    "EXCEPT ALL": "select id from orders\n  except all select id from paid",
    "UNION BY NAME": "select id from orders\n  union all by name select id from paid",
    "INSERT BY NAME": "insert into orders\n  by name select 1 as id",
    "DISTINCT ON": "select\n  distinct on (id) id from orders",
    "read_parquet": "select id\n  from read_parquet('a.parquet')",
    "ATTACH": "\n  attach 'a.duckdb' as a",
    "PRAGMA": "\n  pragma threads = 2",
    "a summary": "\n  summarize orders",
    "a macro": "\n  create macro f(x) as x + 1",
}
FINE = """
with placed as (
    select
        id, amount::number(18, 2) as amount, get_path(address, 'city')::varchar as city,
        row_number() over (partition by id order by ordered_at desc nulls last) as place
    from raw.orders, lateral flatten(input => lines) as line
    where ordered_at >= date '2024-01-01' and ordered_at < dateadd(day, 3, current_date) + interval '3 days'
    qualify place = 1
),
named(id, city) as (select id, max(city) from placed group by all)
select distinct id, iff(city is distinct from 'Bern', 1, 0) as elsewhere from named
union all select id, count(distinct id, city) from placed group by id
"""


@pytest.mark.parametrize("sql", PLANTED.values(), ids=PLANTED)
def test_what_is_planted_in_an_expression_is_found_on_its_line(sql: str) -> None:
    found = findings(f"select id,\n    amount,\n    {sql} as planted\nfrom raw.orders")
    assert [finding.line for finding in found][:1] == [3], found


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_what_is_planted_in_a_statement_is_found(sql: str) -> None:
    found = findings(sql)
    assert found, sql
    assert found[0].line in (1, 2)


def test_what_is_snowflakes_is_not() -> None:
    assert findings(FINE) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT timezone('UTC', x)", "SELECT CAST(CONVERT_TIMEZONE('UTC', x) AS TIMESTAMPNTZ)"),
        ("SELECT to_timestamp(x)", "SELECT TO_TIMESTAMP_TZ(x)"),
        ("SELECT regexp_matches(x, 'a')", "SELECT REGEXP_INSTR(x, 'a') > 0"),
        ("SELECT regexp_replace(x, 'a', '', 'g')", "SELECT REGEXP_REPLACE(x, 'a', '')"),
        ("SELECT count(DISTINCT (a, b))", "SELECT COUNT(DISTINCT a, b)"),
        ("SELECT max(a) FILTER (b)", "SELECT MAX(IFF(b, a, NULL))"),
        ("SELECT x::JSON", "SELECT PARSE_JSON(x)"),
        ("SELECT a + to_seconds(b)", "SELECT DATEADD(SECOND, b, a)"),
        ('SELECT "a" FROM "raw"."b"', 'SELECT "A" FROM "RAW"."B"'),
        ("SELECT ('0x' || x)::BIGINT", "SELECT TO_NUMBER(x, 'XXXXXXXXXXXXXXXX')"),
        ("SELECT greatest(a, b)", "SELECT GREATEST_IGNORE_NULLS(a, b)"),
        ("CREATE TABLE t (a STRUCT(b BIGINT)[], c JSON)", "CREATE TABLE t (a ARRAY, c VARIANT)"),
    ],
)
def test_our_own_sql_is_translated(ours: str, theirs: str) -> None:
    assert to_snowflake(ours) == theirs
    assert findings(theirs) == []


def test_what_is_registered_is_read_where_it_lies() -> None:
    assert to_snowflake("SELECT a FROM _cdp_rows", {"_cdp_rows": "LOADING.X"}) == "SELECT a FROM LOADING.X AS _cdp_rows"


def test_what_has_no_translation_is_refused() -> None:
    with pytest.raises(NotTranslatable, match="not one statement"):
        to_snowflake("SELECT 1; SELECT 2")
