"""The platform's own SQL, which is DuckDB's, in Snowflake's spelling.

What sqlglot translates is left to it; what it does not know, or spells with another meaning, is here. Held by the
dialect lint (`tests/dialect`) and by running the main job on simulated Snowflake. Not here: dbt's models, which spell
their engine's own differences in macros.
"""

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

MOMENT = "TIMESTAMP_TZ"


class NotTranslatable(ValueError):
    """A statement of the platform that has no meaning on Snowflake; a fault of the platform's."""


def to_snowflake(sql: str, registered: Mapping[str, str] | None = None) -> str:
    """One statement, translated. `registered`: names that stand for tables elsewhere. Raises NotTranslatable."""
    return _translated(sql, tuple(sorted((registered or {}).items())))


@lru_cache(maxsize=2048)
def _translated(sql: str, registered: tuple[tuple[str, str], ...]) -> str:
    try:
        [tree] = sqlglot.parse(sql, read="duckdb")
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise NotTranslatable(f"not one statement of DuckDB's SQL: {sql[:200]}") from error
    assert tree is not None
    renamed = dict(registered)

    # From the leaves up, for a rule keeps the parts of what it replaces.
    for node in reversed(list(tree.bfs())):
        spelt = _spelt(node, renamed)
        if spelt is not node and node.parent is None:
            tree = spelt
        elif spelt is not node:
            node.replace(spelt)
    return tree.sql(dialect="snowflake", unsupported_level=sqlglot.ErrorLevel.RAISE)


def _spelt(node: exp.Expr, renamed: Mapping[str, str]) -> exp.Expr:
    if isinstance(node, exp.Table) and not node.db and node.name in renamed:
        return sqlglot.to_table(renamed[node.name], dialect="snowflake", alias=node.alias_or_name)
    rule = _RULES.get(type(node))
    return rule(node) if rule else node


def _identifier(node: exp.Expr) -> exp.Expr:
    """Every name is one that nobody needs to quote: upper case, as an unquoted one becomes."""
    return exp.to_identifier(node.name.upper(), quoted=True) if node.args.get("quoted") else node


def _anonymous(node: exp.Expr) -> exp.Expr:
    match node.name.lower():
        case "timezone":
            shifted = exp.Anonymous(this="CONVERT_TIMEZONE", expressions=node.expressions)
            return exp.cast(shifted, "TIMESTAMP_NTZ", dialect="snowflake")
        case "strip_accents":
            accented, plain = map(exp.Literal.string, _accents())
            return exp.Anonymous(this="TRANSLATE", expressions=[*node.expressions, accented, plain])
        case _:
            return node


@cache
def _accents() -> tuple[str, str]:
    """Every small letter that is one of a to z with an accent, and those without."""
    known = {
        letter: unicodedata.normalize("NFD", letter)[0]
        for letter in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
        if letter.islower() and letter.isalpha()
    }
    stripped = {letter: plain for letter, plain in known.items() if plain.isascii()}
    return "".join(stripped), "".join(stripped.values())


def _epoch(node: exp.Expr) -> exp.Expr:
    """Seconds are a moment, not a time of the wall."""
    return exp.Anonymous(this=f"TO_{MOMENT}", expressions=[node.this])


def _matches(node: exp.Expr) -> exp.Expr:
    """Anywhere in the text: REGEXP_LIKE would want all of it."""
    return exp.GT(
        this=exp.Anonymous(this="REGEXP_INSTR", expressions=[node.this, node.expression]), expression=_number(0)
    )


def _replace(node: exp.Expr) -> exp.Expr:
    """All occurrences, which is what it does by itself: the fourth argument would be a position."""
    node.set("modifiers", None)
    return node


def _distinct(node: exp.Expr) -> exp.Expr:
    """Pairs are counted as two arguments."""
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Tuple):
        return exp.Distinct(expressions=node.expressions[0].expressions)
    return node


def _cast(node: exp.Expr) -> exp.Expr:
    if node.args["to"].this is exp.DataType.Type.JSON:
        return exp.Anonymous(this="PARSE_JSON", expressions=[node.this])
    text = node.this.unnest()
    if isinstance(text, exp.DPipe) and text.this.name == "0x":
        digits = exp.Literal.string("X" * 16)
        return exp.Anonymous(this="TO_NUMBER", expressions=[text.expression, digits])
    return node


def _add(node: exp.Expr) -> exp.Expr:
    seconds = node.expression
    if isinstance(seconds, exp.Anonymous) and seconds.name.lower() == "to_seconds":
        return exp.Anonymous(this="DATEADD", expressions=[exp.var("SECOND"), *seconds.expressions, node.this])
    return node


def _type(node: exp.Expr) -> exp.Expr:
    """A list is an array of whatever."""
    return exp.DataType(this=exp.DataType.Type.ARRAY) if node.this is exp.DataType.Type.ARRAY else node


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


_RULES: dict[type[exp.Expr], Callable[[Any], exp.Expr]] = {
    exp.Add: _add,
    exp.Identifier: _identifier,
    exp.Anonymous: _anonymous,
    exp.UnixToTime: _epoch,
    exp.RegexpLike: _matches,
    exp.RegexpReplace: _replace,
    exp.Distinct: _distinct,
    exp.Cast: _cast,
    exp.DataType: _type,
}
