"""What the account refuses, as an error of the platform's that says what to do.

Here: the remedies by Snowflake's numbers. Not here: running statements (`snowflake_connection`).
"""

import snowflake.connector

from cdp_platform.warehouse.connection import LOST, ConnectionLost, EngineFailed

REMEDY = {
    250001: "the account cannot be reached: look at SNOWFLAKE_ACCOUNT, the network and status.snowflake.com",
    250002: "the session has ended: start the run again; readers keep the last version",
    250003: "the connection was lost: look at the network and status.snowflake.com, then start the run again; readers "
    "keep the last version",
    390144: "the key pair is not accepted: was the public key set for this user, and has it expired?",
    606: "no warehouse is running: resume it, or grant USAGE and OPERATE on it to the role",
    630: "the statement took longer than STATEMENT_TIMEOUT_IN_SECONDS allows: use a larger warehouse or raise it",
    3001: "the role lacks a privilege: run the grants of docs/production.md again",
}


def failed(error: snowflake.connector.errors.Error) -> EngineFailed:
    """The connector's error with the remedy, where one is known."""
    said = str(error.msg or error).strip()
    remedy = REMEDY.get(int(error.errno or 0))
    kind = ConnectionLost if error.errno in LOST else EngineFailed
    return kind(f"{said} ({remedy})" if remedy else said)
