"""Policies as the simulated account keeps them: which is set on which column or table. Nothing is hidden.

Here: that book, kept from the statements, and the answer of POLICY_REFERENCES. Not here: other statements
(`rewriting`).
"""

import re

_SET = re.compile(r"(?is)\Aalter\s+table\s+(\w+)\.(\w+)\s+(modify\s+column|add\s+row\s+access\s+policy)\b(.*)")
_COLUMN = re.compile(r"(?i)(?:\A|column)\s+(\w+)\s+set\s+masking\s+policy\s+([\w.]+)")
_ROWS = re.compile(r"(?i)\A\s*([\w.]+)\s+on\s*\(\w+\)\s*\Z")
_ASKED = re.compile(r"(?is)\Aselect\b.*\bpolicy_references\s*\(\s*policy_name\s*=>\s*'([\w.]+)'")

_set: dict[tuple[str, str, str | None], str] = {}
"""Schema, table and column, or no column for a policy on rows, to policy."""


def policies_answer(sql: str) -> str | None:
    """What to run instead of a statement about policies or tags; None for any other."""
    if asked := _ASKED.match(sql):
        places = [place for place, policy in _set.items() if policy == asked[1].upper()]
        held = [f"('{s}', '{t}', {repr(c) if c else 'null'}, 'ACTIVE')" for s, t, c in places]
        rows = ", ".join(held) or "(null, null, null, null)"
        names = "ref_schema_name, ref_entity_name, ref_column_name, policy_status"
        return f"select * from (values {rows}) as held({names}) where ref_entity_name is not null"
    if not (change := _SET.match(sql)):
        return None
    schema, table = change[1].upper(), change[2].upper()
    if rows := _ROWS.match(change[4]):
        _set[schema, table, None] = rows[1].upper()
    for column, policy in _COLUMN.findall(change[4]):
        _set[schema, table, column.upper()] = policy.upper()
    return "select 'Statement executed successfully.' as status"


def forget_schema(schema: str) -> None:
    """A schema that is replaced has no policies."""
    for key in [key for key in _set if key[0] == schema.upper()]:
        del _set[key]


def swap_schemas(one: str, other: str) -> None:
    """Policies go with their tables."""
    names = {one.upper(): other.upper(), other.upper(): one.upper()}
    moved = {(names.get(schema, schema), *rest): policy for (schema, *rest), policy in _set.items()}
    _set.clear()
    _set.update(moved)  # type: ignore[arg-type]
