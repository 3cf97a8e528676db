"""What a source must declare: its streams, their keys, cursors, deletes, cadence, owner, columns and contract.

Here: the vocabulary that every `sources/<source>.py` is written in. Not here: how a delivery is read, typed or judged
(`cdp_platform/landing`), and no vendor.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Type(StrEnum):
    """A column's type as Airbyte's Snowflake destination lands it."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    JSON = "json"


class Pii(StrEnum):
    """What kind of personal data a column holds."""

    NONE = "none"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    TAX_ID = "tax_id"
    BIRTH_DATE = "birth_date"


class Classification(StrEnum):
    """Who may see a column (requirement F94)."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


class Cadence(StrEnum):
    """How often a stream is expected to bring a newer record; business days allow for a long weekend."""

    HOURLY = "hourly"
    DAILY = "daily"
    BUSINESS_DAILY = "every business day"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    STATIC = "static"

    @property
    def max_age(self) -> timedelta | None:
        """The age of the newest record beyond which the stream is stale; None where no news is no fault."""
        return {
            Cadence.HOURLY: timedelta(hours=3),
            Cadence.DAILY: timedelta(days=2),
            Cadence.BUSINESS_DAILY: timedelta(days=4),
            Cadence.WEEKLY: timedelta(days=9),
            Cadence.MONTHLY: timedelta(days=40),
            Cadence.STATIC: None,
        }[self]


class Deletes(StrEnum):
    """How a stream says that a record is gone."""

    NEVER = "never"
    FLAG = "flag"
    TOMBSTONE = "tombstone"
    ABSENCE = "absence"


@dataclass(frozen=True)
class Column:
    """One column of a stream, and the rules its values keep.

    `required`: never null. `critical`: a value that does not fit the type rejects the row instead of becoming null
    (keys, cursors, money, business dates). `optional`: the vendor may leave the column out of a delivery altogether.
    `one_of`, `pattern`, `minimum` and `maximum` judge non-null values.
    """

    name: str
    type: Type
    description: str
    required: bool = False
    critical: bool = False
    optional: bool = False
    pii: Pii = Pii.NONE
    classification: Classification = Classification.INTERNAL
    one_of: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def raw_name(self) -> str:
        """The name in the raw table: the vendor's, lower-cased."""
        return self.name.lower()


@dataclass(frozen=True)
class Control:
    """A total the vendor reports per month: `measure` summed over current rows by the month of `period`.

    `measure` None counts rows. `currency` names the column whose values split the total.
    `where` is a SQL condition on raw columns that selects the rows which the vendor counts.
    """

    name: str
    period: str
    measure: str | None = None
    currency: str | None = None
    where: str = "true"


@dataclass(frozen=True)
class Stream:
    """One stream of a source. `name` is the connector's spelling; `object` the singular noun of its staging model."""

    name: str
    object: str
    description: str
    key: tuple[str, ...]
    cursor: str
    columns: tuple[Column, ...]
    deletes: Deletes = Deletes.NEVER
    delete_column: str | None = None
    cadence: Cadence = Cadence.DAILY
    cursor_fallback: str | None = None
    controls: tuple[Control, ...] = ()

    @property
    def table(self) -> str:
        """The stream's part of the raw table's name."""
        return self.name.lower()

    def column(self, name: str) -> Column:
        """The declared column of that name, in any case. Raises KeyError."""
        for column in self.columns:
            if column.raw_name == name.lower():
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Source:
    """One system that customer data comes from."""

    name: str
    description: str
    owner: str
    streams: tuple[Stream, ...] = field(repr=False)

    def raw_table(self, stream: Stream) -> str:
        """The raw table's name without its schema, such as `salesforce__account`."""
        return f"{self.name}__{stream.table}"

    def stream(self, table: str) -> Stream:
        """The stream whose raw name (lower case) is `table`. Raises KeyError."""
        for stream in self.streams:
            if stream.table == table:
                return stream
        raise KeyError(f"{self.name} has no stream '{table}'; it has: {', '.join(s.table for s in self.streams)}")
