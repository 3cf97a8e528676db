"""What is made of a statement before fakesnow runs it: what it cannot do is left out, or done in another way.

Here: one function, text in and texts out. Not here: the server (`server`).
"""

import re
from typing import Any

LEADING = re.compile(r"(?s)\A(\s+|--[^\n]*\n|/\*.*?\*/)+")
WITHOUT_EFFECT = re.compile(
    r"(?is)\A(grant|revoke|create\s+(or\s+replace\s+)?(role|warehouse|masking\s+policy|row\s+access\s+policy|tag)\b"
    r"|use\s+(warehouse|role)|alter\s+warehouse|alter\s+session"
    r"|alter\s+(table|view)\b.*\b(masking|row\s+access)\s+policy|alter\s+(table|view)\s+\S+\s+alter\b.*\bcomment"
    r"|comment\s+on)"
)
DONE = "select 'Statement executed successfully.' as status"
GRANTS = ", ".join(
    f'null::varchar as "{name}"'
    for name in ("created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option")
)
TEMPORARY = re.compile(r"(?i)\A(create\s+(?:or\s+replace\s+)?)(?:local\s+|global\s+)?(?:temp(?:orary)?|transient)\s+(table|view)\b")
COMMENT = re.compile(r"(?is)(\"[^\"]+\"|\b\w+)\s+comment\s+\$\$.*?\$\$")


def rewritten(sql: str, connection: Any) -> list[str]:
    """The statements to run instead, the last of which answers."""
    del connection
    sql = LEADING.sub("", sql)
    if WITHOUT_EFFECT.match(sql):
        return [DONE]
    if re.match(r"(?i)show\s+grants\s+on\b", sql):
        return [f"select {GRANTS} where 1 = 0"]
    if re.match(r"(?i)create\b", sql):
        # DuckDB keeps what is temporary in a catalogue of its own, under no schema of ours
        return [COMMENT.sub(r"\1", TEMPORARY.sub(r"\1\2", sql))]
    return [sql]
