"""Why a database could not be read, in a sentence with the remedy.

libpq repeats pieces of an address it cannot parse, and PostgreSQL repeats values: neither text is passed on. Here: what
their errors mean. Not here: asking (`database`).
"""

import re

from cdp_platform.accounts import Postgres


class PullFailed(RuntimeError):
    """A source could not be read from its database; the message has the remedy. `may_pass`: a later try may succeed."""

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


SERVER = re.compile(r'connection to server ((?:at|on socket) "[^"]*"(?: \([^)]*\))?(?:, port \d+)?)')
AGAIN = "; a refresh tries again by itself"
WITHOUT_ANSWER = (
    ("password authentication failed|no password supplied|authentication failed", False,
     "does not accept the user or the password: correct {variable}, or the password file it relies on"),
    ("no pg_hba.conf entry|pg_hba.conf rejects", False,
     "lets no such user in from this host: add a line to its pg_hba.conf, or ask for TLS with sslmode=require"),
    ('database "[^"]*" does not exist', False, "has no such database: correct {variable}"),
    ('role "[^"]*" (does not exist|is not permitted)', False, "lets no such role log in: see docs/guides/postgres.md"),
    ("could not translate host name", True, "cannot be found: look at the host in {variable}, and at the network"),
    ("too many (clients|connections)|remaining connection slots", True, f"has no connection left{AGAIN}"),
    ("starting up|shutting down|not yet accepting|recovery", True, f"is starting or stopping{AGAIN}"),
    ("SSL|certificate", False, "and this host agree on no TLS: look at sslmode and sslrootcert in {variable}"),
    ("definition of service|service file", False, "is not in the service file: correct {variable} or pg_service.conf"),
    ("refused|timeout|timed out|running on that host|No route|unreachable|No such file|closed the connection", True,
     "does not answer: look whether it is up, and at host and port in {variable}"),
)  # fmt: skip
NO_ADDRESS = (
    "{variable} is no address that libpq understands: a URI (what is special in a password percent-encoded), "
    "key=value pairs, or service=NAME"
)
REFUSED = {
    "42501": (False, "hides it from the role: grant select on it, and where it has row-level security, bypassrls"),
    "42P01": (False, "no longer has the table: look at the database, then pull again"),
    "42703": (False, "no longer has the column: look at the table, then pull again"),
    "55P03": (True, f"is changing the table, which held us up{AGAIN}"),
    "57014": (True, "ended the query: it took longer than statement_timeout of the role allows"),
    "40001": (True, "is a standby that ended the query for a conflict: set hot_standby_feedback, or read the primary"),
}  # fmt: skip
LOST = re.compile("08|57P|25P0[34]|53")
"""How the states of a connection that was ended, or that finds no room, begin."""


def not_connected(database: Postgres, text: str) -> PullFailed:
    """What libpq's error at connecting means."""
    server = SERVER.search(text)
    said = f"{database.source}: the PostgreSQL server {server[1] if server else f'of {database.variable}'}"
    for pattern, may_pass, sentence in WITHOUT_ANSWER:
        if re.search(pattern, text):
            return PullFailed(f"{said} {sentence.format(variable=database.variable)}", may_pass=may_pass)
    if server:
        return PullFailed(f"{said} refuses the connection: its log says why", may_pass=True)
    return PullFailed(f"{database.source}: {NO_ADDRESS.format(variable=database.variable)}")


def not_answered(database: Postgres, state: str | None, table: str) -> PullFailed:
    """What PostgreSQL's SQLSTATE at a query means; None where the connection went away."""
    said = f"{database.source}: the database of {database.variable}"
    if state is None or LOST.match(state):
        lost = f"was lost while {table} was read: nothing of this sync counts, and it is read again from where it was"
        return PullFailed(f"{database.source}: the connection to the database {lost}", may_pass=True)
    may_pass, sentence = REFUSED.get(state, (False, "refuses to read it: its log says why"))
    return PullFailed(f"{said}, {table} (SQLSTATE {state}): it {sentence.format(table=table)}", may_pass=may_pass)
