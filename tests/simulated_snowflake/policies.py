"""Masking policies as the simulated account keeps them: which is set on which column. Nothing is masked.

Here: that book, kept from the statements, and the answer of POLICY_REFERENCES. Not here: other statements
(`rewriting`).
"""

import re

_SET = re.compile(r"(?is)\Aalter\s+table\s+(\w+)\.(\w+)\s+modify\s+(.*)")
_COLUMN = re.compile(r"(?i)column\s+(\w+)\s+set\s+masking\s+policy\s+([\w.]+)")
_ASKED = re.compile(r"(?is)\Aselect\b.*\bpolicy_references\s*\(\s*policy_name\s*=>\s*'([\w.]+)'")

_set: dict[tuple[str, str, str], str] = {}
"""Schema, table and column to policy."""


def policies_answer(sql: str) -> str | None:
    """What to run instead of a statement about masking policies; None for any other."""
    if asked := _ASKED.match(sql):
        held = [f"('{s}', '{t}', '{c}', 'ACTIVE')" for (s, t, c), policy in _set.items() if policy == asked[1].upper()]
        rows = ", ".join(held) or "(null, null, null, null)"
        names = "ref_schema_name, ref_entity_name, ref_column_name, policy_status"
        return f"select * from (values {rows}) as held({names}) where ref_entity_name is not null"
    if not (change := _SET.match(sql)):
        return None
    schema, table = change[1].upper(), change[2].upper()
    for column, policy in _COLUMN.findall(change[3]):
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
