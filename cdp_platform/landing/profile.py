"""What a file holds that nobody has declared yet: its columns, their types, keys and ranges.

It is read by the readers of landing, and a type is one whose cast in landing fits every value: what is drafted from a
profile lands without loss. Here: measuring. Not here: which columns are personal data, or the draft (`draft`).
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa

from cdp_platform.landing.casts import LATEST_EPOCH, as_text, cast_of
from cdp_platform.landing.chunk import UnreadableFile
from cdp_platform.landing.files import LandedFile, format_of
from cdp_platform.landing.readers import read
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse import duckdb
from cdp_platform.warehouse.connection import Connection, quote

SAMPLE = 8
_FITTING = (Type.INTEGER, Type.NUMBER, Type.BOOLEAN, Type.DATE, Type.TIMESTAMP, Type.JSON)
"""In this order the first that fits is the type; what fits none is text."""
# A number that begins with zero is a code of digits, and a moment would fit a date as well.
_ONLY_IF = {
    Type.INTEGER: "NOT regexp_matches({text}, '^[+-]?0[0-9]')",
    Type.NUMBER: "NOT regexp_matches({text}, '^[+-]?0[0-9]')",
    Type.DATE: "length({text}) = 10",
}


_MOMENT = re.compile(r"(^|_)(created|updated|modified|changed|at|on|date|time|timestamp)(_|$)")
_EARLIEST = 100_000_000  # 1973: smaller numbers are counts


class NotProfiled(ValueError):
    """A file of no known format, or one that cannot be read."""


@dataclass(frozen=True)
class ColumnProfile:
    """A column as landing would keep it. `values`: the distinct ones, where they are few; numbers count rows."""

    name: str
    type: Type
    filled: int
    nulls: int
    distinct: int
    smallest: str | None
    largest: str | None
    longest: int
    values: tuple[str, ...]

    @property
    def is_moment(self) -> bool:
        """A moment, or whole seconds since 1970 by name and size."""
        if self.type is not Type.INTEGER or self.smallest is None or self.largest is None:
            return self.type is Type.TIMESTAMP
        return bool(_MOMENT.search(self.name)) and int(self.smallest) >= _EARLIEST and int(self.largest) <= LATEST_EPOCH


@dataclass(frozen=True)
class Profile:
    """A file: its rows, how many repeat another, those that cannot be read, its columns, and what may be its key."""

    path: Path
    rows: int
    repeated: int
    unreadable: tuple[str, ...]
    columns: tuple[ColumnProfile, ...]
    keys: tuple[tuple[str, ...], ...]


def profile(path: Path) -> Profile:
    """Read and measure a file: Parquet, CSV with a header, or JSON Lines, also gzipped. Raises NotProfiled."""
    kind = format_of(path)
    if kind is None:
        raise NotProfiled(f"{path}: what is in it? Its name must end with .parquet, .csv, .jsonl or .jsonl.gz")
    with _table() as connection:
        try:
            unreadable = _load(connection, LandedFile(path, kind))
        except (UnreadableFile, OSError) as error:
            raise NotProfiled(f"{path} cannot be read: {error}") from error
        names = [row[0] for row in connection.execute("DESCRIBE profiled").fetchall()][1:]
        [(rows,)] = connection.execute("SELECT count(*) FROM profiled").fetchall()
        columns = tuple(_measured(connection, name) for name in names)
        # what was delivered twice is one record
        unlike = f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(map(quote, names))} FROM profiled)"
        [(different,)] = connection.execute(unlike).fetchall() if names else [(0,)]
        keys = tuple(_keys(connection, different, columns))
        return Profile(path, rows, rows - different, tuple(unreadable), columns, keys)


@contextmanager
def _table() -> Iterator[Connection]:
    """A table of text on disk, for the file may be larger than memory."""
    with tempfile.TemporaryDirectory(prefix="cdp-profile-") as folder, duckdb.scratch() as connection:
        connection.execute(f"ATTACH '{Path(folder, 'profiled.duckdb')}' AS disk")
        connection.execute("USE disk")
        connection.execute("CREATE TABLE profiled (_cdp_number BIGINT)")
        yield connection
        connection.execute("USE memory")
        connection.execute("DETACH disk")


def _load(connection: Connection, file: LandedFile) -> list[str]:
    """Fill the table; returns what could not be read. Columns that come later are added."""
    known, unreadable = set[str](), list[str]()
    for chunk in read(file, None):
        unreadable += [f"row {said.row_number}: {said.reason}" for said in chunk.unreadable]
        table = chunk.table
        for name in table.column_names:
            if name not in known:
                known.add(name)
                connection.execute(f"ALTER TABLE profiled ADD COLUMN {quote(name)} VARCHAR")
        listed = [f"{as_text(name, table.schema.field(name).type)} AS {quote(name)}" for name in table.column_names]
        connection.register("_cdp_delivered", table.append_column("_cdp_number", chunk.numbers))
        connection.execute(
            f"INSERT INTO profiled BY NAME SELECT {', '.join(['_cdp_number', *listed])} FROM _cdp_delivered"
        )
        connection.unregister("_cdp_delivered")
    return unreadable


def _measured(connection: Connection, name: str) -> ColumnProfile:
    text = f"nullif(trim({quote(name)}), '')"
    casts = {type_: cast_of(Column(name, type_, ""), pa.string(), is_epoch_cursor=False, is_key=False).value
             for type_ in _FITTING}  # fmt: skip
    fits = [
        f"count_if({text} IS NULL OR (({value}) IS NOT NULL AND {_ONLY_IF.get(type_, 'true').format(text=text)}))"
        for type_, value in casts.items()
    ]
    [(rows, filled, distinct, longest, *fitting)] = connection.execute(
        f"SELECT count(*), count({text}), count(DISTINCT {text}), coalesce(max(length({text})), 0), {', '.join(fits)} "
        "FROM profiled"
    ).fetchall()
    found = [type_ for type_, count in zip(casts, fitting, strict=True) if count == rows and filled]
    type_ = found[0] if found else Type.TEXT
    value = "NULL" if type_ is Type.JSON else casts.get(type_, text)
    [(smallest, largest)] = connection.execute(
        f"SELECT CAST(min({value}) AS VARCHAR), CAST(max({value}) AS VARCHAR) FROM profiled"
    ).fetchall()
    values: Sequence[Any] = ()
    if distinct <= SAMPLE:
        values = connection.execute(
            f"SELECT DISTINCT {text} FROM profiled WHERE {text} IS NOT NULL ORDER BY 1"
        ).fetchall()
    return ColumnProfile(
        name, type_, filled, rows - filled, distinct, smallest, largest, longest, tuple(value for (value,) in values)
    )


def _keys(connection: Connection, different: int, columns: Sequence[ColumnProfile]) -> Iterator[tuple[str, ...]]:
    """The columns that tell every record from every other, ids first; pairs only where no column does by itself.

    An id that does so together with a moment tells records apart that come in several versions.
    """

    def tells(*together: ColumnProfile) -> bool:
        listed = ", ".join(quote(column.name) for column in together)
        asked = f"SELECT count(*) FROM (SELECT DISTINCT {listed} FROM profiled)"
        return connection.execute(asked).fetchall() == [(different,)]

    whole = [c for c in columns if c.filled and not c.nulls and c.type in (Type.TEXT, Type.INTEGER, Type.DATE)]
    whole = sorted((c for c in whole if not c.is_moment), key=lambda column: not column.name.endswith("id"))
    moments = [column for column in columns if column.is_moment]
    alone = [column for column in whole if column.distinct == different and column.type is not Type.DATE]
    ids = [column for column in whole if column.name.endswith("id") and any(tells(column, m) for m in moments)]
    if found := alone or ids:
        yield from ((column.name,) for column in found)
        return
    for one, other in combinations(whole, 2):
        if one.distinct * other.distinct >= different and tells(one, other):
            yield one.name, other.name
