"""Tags on Snowflake: how every published column is classified, for whoever governs the account.

Here: the statements. Not here: what hides a value (`snowflake_policies`): no right hangs on a tag.
"""

from collections.abc import Mapping

from cdp_platform.warehouse.connection import Columns
from cdp_platform.warehouse.snowflake_policies import POLICIES, table_of

CLASSIFICATION, PERSONAL_DATA = f"{POLICIES}.CLASSIFICATION", f"{POLICIES}.PERSONAL_DATA"
_CLASSES = ("public", "internal", "confidential", "restricted")


def tag_statements() -> list[str]:
    """The tags, made where they lack."""
    classes = ", ".join(f"'{name}'" for name in _CLASSES)
    return [
        f"CREATE TAG IF NOT EXISTS {CLASSIFICATION} ALLOWED_VALUES {classes}",
        f"CREATE TAG IF NOT EXISTS {PERSONAL_DATA}",
    ]


def tagging_statements(schema: str, relations: Mapping[str, Columns]) -> list[str]:
    """One per table of `schema`: the classification of each column, and of which kind its personal data is."""
    statements = []
    for relation, columns in relations.items():
        tags = [
            f"COLUMN {name.upper()} SET TAG {CLASSIFICATION} = '{column.classification}'"
            + (f", {PERSONAL_DATA} = '{column.pii}'" if column.is_personal else "")
            for name, column in columns.items()
        ]
        statements.append(f"ALTER TABLE {table_of(schema, relation)} MODIFY {', '.join(tags)}")
    return statements
