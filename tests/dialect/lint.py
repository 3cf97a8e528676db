"""What Snowflake would refuse, or read otherwise, in SQL that is meant for it: the simulation accepts most of it.

Two readings: the tokens, for every function's name as it is written, and the syntax tree, for constructs. Here: one
function, a text's findings with their lines. Not here: which texts (`test_dialect`).
"""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from tests.dialect.vocabulary import BEFORE_A_BRACKET, FUNCTIONS, STATEMENTS, TABLE_FUNCTIONS, TYPES

PLACE = re.compile(r"Line (\d+)")
POLICY = re.compile(r"(?is)\A(create|alter)\s+(masking|row\s+access)\s+policy\b[^;]*?->")
"""What stands before the expression of a policy: the one arrow that is Snowflake's."""

NAMES_ONLY = re.compile(
    r"(?i)\A(create\s+tag\b|alter\s+table\s+\S+\s+(add\s+row\s+access\s+policy\b|modify\s+column\s+\w+\s+set\s+tag\b))"
)
"""Snowflake's own statements that hold names and texts and nothing to compute, which sqlglot does not know."""


@dataclass(frozen=True)
class Finding:
    """A line of the text, from 1, and what is wrong there."""

    line: int
    what: str


def findings(sql: str) -> list[Finding]:
    """Everything in the text that is not Snowflake's, in order."""
    if NAMES_ONLY.match(sql):
        return []
    sql = POLICY.sub("SELECT", sql)
    try:
        tokens = sqlglot.tokenize(sql, read="snowflake")
        trees = sqlglot.parse(sql, read="snowflake")
    except sqlglot.errors.SqlglotError as error:
        place = PLACE.search(str(error))
        return [Finding(int(place[1]) if place else 1, f"does not parse: {str(error).splitlines()[0]}")]
    lines = [token.line for token in tokens]
    named = {name.upper() for tree in trees if tree for name in _with_columns(tree)}
    found = {*_of_tokens(tokens, FUNCTIONS | TABLE_FUNCTIONS | BEFORE_A_BRACKET | TYPES | named)}
    for tree in trees:
        if tree is not None and not isinstance(tree, KNOWN):
            found.add(Finding(lines[0], f"{type(tree).__name__.upper()} is no statement that is known"))
        for node in tree.walk() if tree else ():
            if what := _of_node(node):
                found.add(Finding(_line(node, lines), what))
    return sorted(found, key=lambda finding: (finding.line, finding.what))


def _with_columns(tree: exp.Expression) -> Iterator[str]:
    """Tables and aliases whose columns are listed behind them."""
    for node in tree.find_all(exp.Schema, exp.TableAlias):
        if node.this is not None:
            yield node.this.name


def _of_tokens(tokens: Sequence[Token], known: Set[str]) -> Iterator[Finding]:
    bracket = False
    for before, token, following in zip([None, *tokens[:-1]], tokens, [*tokens[1:], None], strict=True):
        name = token.text.upper()
        is_word = re.fullmatch(r"[A-Z_][A-Z0-9_$]*", name) and token.token_type is not TokenType.IDENTIFIER
        if is_word and following is not None and following.token_type is TokenType.L_PAREN:
            if name not in known:
                yield Finding(token.line, f"{name.lower()}() is no function that Snowflake is known to have")
            elif before is not None and before.token_type is TokenType.DOT and name in FUNCTIONS:
                yield Finding(token.line, f"{name.lower()}() is no method: write its argument into the brackets")
        if (
            token.token_type is TokenType.INTERVAL
            and following is not None
            and following.token_type is TokenType.NUMBER
        ):
            yield Finding(token.line, "an interval is a quoted literal")
        if token.token_type is TokenType.FROM and (before is None or before.token_type in BEGINNINGS):
            yield Finding(token.line, "FROM without SELECT")
        bracket = token.token_type is TokenType.L_BRACKET or (bracket and token.token_type is not TokenType.R_BRACKET)
        if bracket and token.token_type is TokenType.COLON:
            yield Finding(token.line, "a slice: use substr() or array_slice()")
        if token.token_type is TokenType.IDENTIFIER and token.text != name:
            yield Finding(token.line, f'"{token.text}" is another name than the upper-case one: do not quote')
        if token.token_type in OPERATORS:
            yield Finding(token.line, f"{token.text}: {OPERATORS[token.token_type]}")


KNOWN = (
    exp.Alter, exp.Command, exp.Commit, exp.Copy, exp.Create, exp.Delete, exp.Drop, exp.Grant, exp.Insert, exp.Merge,
    exp.Put, exp.Query, exp.Rollback, exp.Show, exp.Transaction, exp.TruncateTable, exp.Update, exp.Use,
)  # fmt: skip
"""Statements that are sent, or may be."""
BEGINNINGS = {TokenType.L_PAREN, TokenType.SEMICOLON, TokenType.UNION, TokenType.ALL, TokenType.EXCEPT}
"""What a query begins behind."""
OPERATORS = {
    TokenType.ARROW: "objects are read by get_path()",
    TokenType.DARROW: "objects are read by get_path()",
    TokenType.COLON_EQ: "arguments are named by =>",
    TokenType.DSTAR: "powers are power()",
    TokenType.RLIKE: "matches from end to end; use the macro matches()",
    TokenType.GLOB: "there is no GLOB",
    TokenType.SIMILAR_TO: "there is no SIMILAR TO",
    TokenType.ASOF: "an ASOF join is written otherwise",
}


def _of_node(node: exp.Expression) -> str | None:
    rule = RULES.get(type(node))
    return rule(node) if rule else None


def _always(what: str) -> Callable[[exp.Expression], str | None]:
    return lambda _: what


def _command(node: exp.Expression) -> str | None:
    said = " ".join(node.sql(dialect="snowflake").upper().split())
    return None if STATEMENTS.match(said) else f"{said[:40]} is no statement that is known"


def _select(node: exp.Expression) -> str | None:
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        return "DISTINCT ON: use QUALIFY"
    return None


def _join(node: exp.Expression) -> str | None:
    kind = f"{node.args.get('method') or ''} {node.args.get('kind') or ''}".strip().upper()
    return f"{kind} JOIN" if any(word in kind for word in ("SEMI", "ANTI", "POSITIONAL", "ASOF")) else None


def _type(node: exp.Expression) -> str | None:
    name = node.this.name if isinstance(node.this, exp.DataType.Type) else str(node.this)
    return None if name in TYPES else f"{name} is no type of Snowflake's"


def _set(node: exp.Expression) -> str | None:
    if node.args.get("by_name"):
        return "BY NAME"
    if isinstance(node, exp.Union) or node.args.get("distinct", True):
        return None
    return f"{type(node).__name__.upper()} ALL: Snowflake has the distinct one only"


def _insert(node: exp.Expression) -> str | None:
    if node.args.get("by_name"):
        return "INSERT BY NAME"
    return "RETURNING" if node.args.get("returning") else None


RULES: dict[type, Callable[[exp.Expression], str | None]] = {
    exp.Command: _command,
    exp.DataType: _type,
    exp.Except: _set,
    exp.Filter: _always("FILTER (WHERE …): use an aggregate over CASE"),
    exp.Insert: _insert,
    exp.Intersect: _set,
    exp.Join: _join,
    exp.Lambda: _always("a lambda"),
    exp.Select: _select,
    exp.Struct: _always("a struct literal"),
    exp.Union: _set,
    exp.Unnest: _always("unnest(): use LATERAL FLATTEN"),
}


def _line(node: exp.Expression, lines: Sequence[int]) -> int:
    """Of the first part of it, or of what it stands in, that knows its place."""
    known = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    if known or node.parent is None:
        return min(known, default=lines[0] if lines else 1)
    return _line(node.parent, lines)
