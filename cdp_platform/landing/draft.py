"""A draft of `sources/<name>.py`, to start from: streams, keys, cursors, columns and their rules, from profiled files.

Here: what is guessed, by names and values, and how it is written. Not here: measuring (`profile`). What is guessed is
for a person to judge: nothing reads a draft but them.
"""

import json
import re
from collections.abc import Sequence

from cdp_platform.landing.profile import SAMPLE, ColumnProfile, Profile
from cdp_platform.sources.contract import Pii, Type

_PII = {
    Pii.EMAIL: r"email|(^|_)e?mail(box)?(_|$)",
    Pii.PHONE: r"phone|mobile|(^|_)(tel|fax)(_|$)",
    Pii.TAX_ID: r"vat(_|id|num|reg|$)|tax_?(id|num|reg)|(^|_)(ssn|ein)(_|$)",
    Pii.BIRTH_DATE: r"birth|(^|_)dob(_|$)",
    Pii.ADDRESS: r"street|address|postal|postcode|zip",
    Pii.NAME: r"(first|last|full|sur|given|family|company|contact|legal)_?name|(^|_)(name|company)$",
}
_ABOUT = re.compile(r"^(is|has)_|(?<!tax)_(id|at|count|status|type)$")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_CHANGED = re.compile("updat|modif|modstamp|chang")
_MONEY = re.compile(r"(^|_)(amount|total|price|revenue|balance|cost|fee|paid|due|mrr|arr)(_|$)")
_WORDS = {
    Type.TEXT: "text", Type.INTEGER: "integer", Type.NUMBER: "number", Type.BOOLEAN: "flag", Type.TIMESTAMP: "time",
    Type.DATE: "day", Type.JSON: "json",
}  # fmt: skip
_LONGEST_WORD, _ROWS_PER_WORD = 30, 10


def personal(column: ColumnProfile) -> Pii:
    """Which kind of personal data the column seems to hold."""
    is_text = column.type in (Type.TEXT, Type.JSON)
    for kind, pattern in _PII.items():
        is_told = re.search(pattern, column.name) and not _ABOUT.search(column.name)
        if is_told and (is_text or kind in (Pii.BIRTH_DATE, Pii.TAX_ID, Pii.PHONE)):
            return kind
    is_mailbox = all(_MAILBOX.fullmatch(text) for text in (column.smallest, column.largest) if text is not None)
    return Pii.EMAIL if column.type is Type.TEXT and column.smallest and is_mailbox else Pii.NONE


def cursor_of(profile: Profile) -> str | None:
    """The column that says when a record last changed, or at least when it came to be."""
    moments = [c.name for c in profile.columns if c.is_moment and not c.nulls]
    changed = [name for name in moments if _CHANGED.search(name)]
    return next(iter([*changed, *moments]), None)


def draft(name: str, profiles: Sequence[Profile]) -> str:
    """The module's text. `name`: of the source, in lower case."""
    streams = [_stream(profile) for profile in profiles]
    used = sorted({match for text in streams for match in re.findall(r"^ {16}([a-z_]+)\(", text, re.MULTILINE)})
    also = [word for word in ("Pii", "Type") if f"{word}." in "".join(streams)]
    names = ", ".join(sorted(["Cadence", "Source", "Stream", *also]))
    return (
        f'"""{name}: what this system is, in a sentence."""\n\n'
        f"from cdp_platform.sources.columns import {', '.join(used)}\n"
        f"from cdp_platform.sources.contract import {names}\n\n"
        f"{name.upper()} = Source(\n"
        f'    name="{name}",\n'
        f'    description="What this system is, in a sentence.",\n'
        f'    owner="team:data-platform",\n'
        f"    streams=(\n{''.join(streams)}    ),\n)\n"
    )


def _stream(profile: Profile) -> str:
    stem = profile.path.name.lower().split(".")[0]
    if not re.search("[a-z]", stem):  # a day: the folder says what it is
        stem = profile.path.resolve().parent.name.lower()
    name = re.sub(r"[^a-z0-9_]+", "_", stem)
    key = profile.keys[0] if profile.keys else ()
    cursor = cursor_of(profile)
    columns = "".join(f"                {_column(c, profile, key, cursor)},\n" for c in profile.columns)
    unsure = {
        "key": "" if key else "  # no column, and no two, tell all rows apart: name those that should",
        "cursor": "" if cursor else "  # no column says when a record last changed: name the one that orders versions",
    }
    listed = ", ".join(map(json.dumps, key)) + ("," if len(key) == 1 else "")
    return (
        f"        Stream(\n"
        f'            name="{name}",\n'
        f'            object="{name.removesuffix("s")}",\n'
        f'            description="What one record is.",\n'
        f"            key=({listed}),{unsure['key']}\n"
        f"            cursor={json.dumps(cursor or '?')},{unsure['cursor']}\n"
        f"            cadence=Cadence.DAILY,\n"
        f"            columns=(\n{columns}            ),\n"
        f"        ),\n"
    )


def _column(column: ColumnProfile, profile: Profile, key: Sequence[str], cursor: str | None) -> str:
    words = _words(column.name)
    name = json.dumps(column.name)  # a vendor's, so it may hold anything
    said = f'{name}, "{" ".join(words).capitalize()}."'
    if column.name == cursor and column.type is Type.TIMESTAMP:
        return f"cursor({name})"
    if column.name in key:
        return f"key({said}{', Type.INTEGER' if column.type is Type.INTEGER else ''})"
    rules = ["required=True"] if profile.rows and not column.nulls else []
    if column.is_moment and column.type is Type.INTEGER:
        return f"epoch({', '.join([said, *rules, *(['critical=True'] if column.name == cursor else [])])})"
    kind = personal(column)
    is_code = all(re.fullmatch("[A-Za-z]{3}", value) for value in column.values)
    if column.type is Type.TEXT and "currency" in words and is_code:
        return f"currency({', '.join([said, *rules])})"
    if column.type in (Type.INTEGER, Type.NUMBER) and _MONEY.search("_".join(words)):
        minor = ["Type.INTEGER"] if column.type is Type.INTEGER else []
        return f"money({', '.join([said, *minor, *rules])})"
    if kind is not Pii.NONE:
        rules.append(f"pii=Pii.{kind.name}")
    elif _is_vocabulary(column):
        rules.append(f"one_of=({', '.join(map(json.dumps, column.values))},)")
    return f"{_WORDS[column.type]}({', '.join([said, *rules])})"


def _is_vocabulary(column: ColumnProfile) -> bool:
    """Few words that come again and again."""
    few = 1 < len(column.values) <= SAMPLE and column.filled >= _ROWS_PER_WORD * len(column.values)
    plain = all(re.fullmatch(r"[\w .-]+", value) for value in column.values)
    is_id = column.name.endswith("id")
    return column.type is Type.TEXT and few and plain and column.longest <= _LONGEST_WORD and not is_id


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
