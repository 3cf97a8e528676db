"""Whether a delivery as a whole keeps what its stream promises, and which of its rows do not.

Here: the thresholds, and the reasons to hold a delivery. Not here: what follows from a verdict (`validate`), a row's
rules (`contract`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import polars as pl

from cdp_platform.landing.contract import CURSOR, NOTHING, rejections, schema_of
from cdp_platform.landing.files import PULLED, RECEIVED
from cdp_platform.landing.tables import cursor_sql, raw_relation
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse import beside
from cdp_platform.warehouse.connection import Connection, quote

MAX_REJECTED_SHARE = 0.01
MAX_REJECTED_ROWS = 1_000
FEW_REJECTED_ROWS = 10
VOLUME_HISTORY = 5
VOLUME_FACTOR = 10
VOLUME_FLOOR = 100
CHUNK_ROWS = 200_000
REPLAY, SYNC = "replay/", "airbyte/"
"""What the names of deliveries begin with that are no files: mended rows, and what a sync of Airbyte has written into
raw. No file name can hold a slash."""


class Cause(StrEnum):
    """The kind of fault that stopped a stream."""

    CONTRACT = "contract"
    DRIFT = "drift"
    VOLUME = "volume"
    CONTROLS = "controls"


class Held(Exception):
    """Stops the mark, with a cause and a reason."""

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


@dataclass(frozen=True)
class Delivery:
    """A landed file, or a sync, that is not part of the validated rows yet.

    `reason`: why it was held or released. Its rows were extracted up to `extracted_at`, and after `came_after`, up to
    where the delivery before it reaches: those of a file at one moment, those of a sync over minutes.
    """

    delivery_id: int
    file_name: str
    extracted_at: datetime
    delivered: int
    unreadable: int
    drift: str | None
    status: str
    reason: str | None
    came_after: datetime | None

    @property
    def rows(self) -> str:
        """The condition by which raw has its rows."""
        until = f"_airbyte_extracted_at <= '{self.extracted_at.isoformat()}'::TIMESTAMPTZ"
        if self.came_after is None:
            return until
        return f"_airbyte_extracted_at > '{self.came_after.isoformat()}'::TIMESTAMPTZ AND {until}"

    @property
    def is_sync(self) -> bool:
        """Airbyte has written it."""
        return self.file_name.startswith(SYNC)

    def replaces(self, earlier: "Delivery", stream: Stream) -> bool:
        """It holds all that `earlier` held: the same file again, or a later full list of Airbyte's."""
        is_list = self.is_sync and earlier.is_sync and stream.deletes is Deletes.ABSENCE
        return is_list or self.file_name == earlier.file_name

    @property
    def is_released(self) -> bool:
        """Somebody decided that it counts, whatever is wrong with it as a whole."""
        return self.status == "released"

    @property
    def is_replay(self) -> bool:
        """Mended rows: few by nature."""
        return self.file_name.startswith(REPLAY)

    @property
    def has_usual_size(self) -> bool:
        """It is an export, of which one is about as large as the next."""
        return not self.is_replay and not self.file_name.startswith((RECEIVED, PULLED))


@dataclass
class Judgement:
    """The rules that rows broke (raw_id, rule, reason), and the newest cursor among the good rows."""

    rejections: pl.DataFrame
    high_water: datetime | None = None


def judge(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> Judgement:
    """Read a delivery's raw rows in chunks and judge them. Raises Held."""
    if not delivery.is_released:
        _judge_whole(connection, source, stream, delivery)
    found, read, nameless, high_water = [NOTHING], delivery.unreadable, delivery.unreadable, None
    for rows in _rows(connection, source, stream, delivery):
        rejected = rejections(rows, stream, extracted_at=delivery.extracted_at)
        found.append(rejected)
        read += rows.height
        nameless += rows.filter(pl.any_horizontal(pl.col(name.lower()).is_null() for name in stream.key)).height
        good = rows.join(rejected, left_on="_airbyte_raw_id", right_on="raw_id", how="anti")[CURSOR].max()
        if isinstance(good, datetime):
            high_water = max(high_water or good, good)
        _judge_share(found, delivery, read)
    _judge_share(found, delivery, read)
    if nameless and stream.deletes is Deletes.ABSENCE and not delivery.is_released:
        said = f"{nameless} rows without a readable key, so that nobody can say who is missing from this full list"
        raise Held(Cause.CONTRACT, f"{delivery.file_name}: {said}")
    return Judgement(pl.concat(found), high_water)


def _judge_share(found: list[pl.DataFrame], delivery: Delivery, read: int) -> None:
    rejected = pl.concat(found)
    bad = rejected["raw_id"].n_unique() + delivery.unreadable
    tolerated = max(FEW_REJECTED_ROWS, min(MAX_REJECTED_SHARE * delivery.delivered, MAX_REJECTED_ROWS))
    if bad <= tolerated or delivery.is_released or delivery.is_replay:
        return
    reasons = rejected.group_by("reason").len().sort(["len", "reason"], descending=[True, False])["reason"].to_list()
    reasons = [*(["unreadable rows"] if delivery.unreadable else []), *reasons]
    count = (
        f"{bad} of {delivery.delivered}" if read == delivery.delivered else f"at least {bad} of {delivery.delivered}"
    )
    raise Held(Cause.CONTRACT, f"{delivery.file_name}: {count} rows rejected ({'; '.join(reasons[:3])})")


def _judge_whole(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> None:
    """Missing and retyped columns; a size far from the median of the last deliveries, an empty full list among them."""
    if delivery.drift:
        raise Held(Cause.DRIFT, f"{delivery.file_name}: {delivery.drift}")
    if stream.deletes is Deletes.ABSENCE and not delivery.delivered:
        raise Held(Cause.VOLUME, f"{delivery.file_name}: an empty full list would mean that every record is gone")
    sizes = connection.execute(
        "SELECT delivered FROM ops.landed_file WHERE source_system = ? AND stream = ? AND status = 'validated' "
        f"AND delivery_id < ? AND file_name NOT LIKE '{REPLAY}%' AND file_name NOT LIKE '{RECEIVED}%' "
        f"AND file_name NOT LIKE '{PULLED}%' ORDER BY delivery_id DESC LIMIT {VOLUME_HISTORY}",
        [source.name, stream.table, delivery.delivery_id],
    ).fetchall()
    if len(sizes) < VOLUME_HISTORY or not delivery.has_usual_size:
        return
    usual = sorted(size for (size,) in sizes)[VOLUME_HISTORY // 2]
    low, high = (usual - VOLUME_FLOOR) / VOLUME_FACTOR, usual * VOLUME_FACTOR + VOLUME_FLOOR
    if not low <= delivery.delivered <= high:
        said = f"{delivery.delivered} rows where the last {VOLUME_HISTORY} deliveries had a median of {usual}"
        raise Held(Cause.VOLUME, f"{delivery.file_name}: {said}")


def _rows(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> Iterator[pl.DataFrame]:
    """The raw rows, of their own columns only those that promise anything."""
    columns = ", ".join(quote(name) for name in sorted({*schema_of(stream).columns, *(k.lower() for k in stream.key)}))
    # The transaction's connection cannot write while it is being read from.
    with beside(connection) as reading:
        relation = reading.sql(
            f"SELECT _airbyte_raw_id, CAST(_airbyte_meta AS VARCHAR) AS _airbyte_meta, "
            f"{cursor_sql(stream)} AS {CURSOR}, {columns} FROM {raw_relation(source, stream)} "
            f"WHERE {delivery.rows}"
        )
        for batch in relation.to_arrow_reader(CHUNK_ROWS):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame
