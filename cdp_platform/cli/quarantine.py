"""`cdp quarantine list|show|replay|release`: rows and deliveries that do not count.

Here: the commands and what they print. Not here: what happens to rows and deliveries (`landing.quarantine`).
"""

from dataclasses import asdict
from pathlib import Path

import click

from cdp_platform.cli.output import format_option, say, show
from cdp_platform.environment import load_settings
from cdp_platform.landing import quarantine as rejected
from cdp_platform.landing.audit import StreamLoad
from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.masking import MASK, masked, raw_personal_columns
from cdp_platform.serving.operations import publish_operations
from cdp_platform.serving.reader import open_operations
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse import Warehouse, open_warehouse

LISTED = (
    "rejection_id", "source_system", "stream", "rule", "reason", "file_name", "row_number", "first_seen", "status",
    "resolved_by",
)  # fmt: skip


class StreamName(click.ParamType):
    """`source.stream` in any case, such as `netsuite.invoice`."""

    name = "source.stream"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Source, Stream]:
        """The declared stream of that name."""
        system, _, table = str(value).lower().partition(".")
        for source in SOURCES:
            for stream in source.streams:
                if source.name == system and table in (stream.table, stream.object):
                    return source, stream
        known = {source.name: ", ".join(stream.table for stream in source.streams) for source in SOURCES}
        said = f"{system} has: {known[system]}" if system in known else f"sources are: {', '.join(known)}"
        raise click.BadParameter(f"'{value}' is no declared source.stream; {said}", ctx=ctx, param=param)


@click.group()
def quarantine() -> None:
    """Rows that a contract rejected: list, show, replay what was mended, release a delivery.

    Nothing is ever taken out of raw or of quarantine: what is mended is landed anew, and the old entry is marked
    resolved.
    """


@quarantine.command("list")
@click.argument("of", metavar="[SOURCE[.STREAM]]", required=False)
@click.option("--all", "every", is_flag=True, help="Resolved entries too.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Print at most so many entries.")
@format_option
def list_rejected(of: str | None, every: bool, limit: int, output: str) -> None:
    """List what was rejected, and what is held.

    Open entries as of the last run, the newest first.

    \b
    cdp quarantine list
    cdp quarantine list netsuite.invoice --all --format csv
    """
    source, stream = _some(of)
    operations = open_operations(load_settings())
    if operations is None:
        show([], output, columns=LISTED)
        say("nothing was ever refreshed in this home; run `cdp demo` or `cdp refresh` first")
        return
    with operations as connection:
        found = rejected.list_rejections(
            connection, source=source, stream=stream, status=None if every else "open", limit=limit
        )
        held = connection.execute(
            "SELECT source_system || '.' || stream, count(*), arg_min(reason, delivery_id) FROM ops.landed_file "
            "WHERE status IN ('held', 'unreadable') AND source_system = coalesce(?, source_system) "
            "AND stream = coalesce(?, stream) GROUP BY 1 ORDER BY 1",
            [source, stream],
        ).fetchall()
    show([asdict(entry) for entry in found], output, columns=LISTED)
    if len(found) == limit:
        say(f"cut after {limit} entries; --limit N prints more")
    for name, files, reason in held:
        say(f"{name} is held ({files} file{'s' * (files > 1)}): {reason}; redeliver, or cdp quarantine release {name}")


def _some(of: str | None) -> tuple[str | None, str | None]:
    """A source and a stream, a source, or neither. Raises click.BadParameter."""
    if of is None or of in {source.name for source in SOURCES}:
        return of, None
    source, stream = StreamName().convert(of, None, None)
    return source.name, stream.table


@quarantine.command("show")
@click.argument("rejection_id")
@click.option("--unmasked", is_flag=True, help="Show personal data.")
@format_option
def show_rejected(rejection_id: str, unmasked: bool, output: str) -> None:
    """Show the row of an entry.

    Its values as they were read, or its text where nobody could read it. Personal data is masked.

    \b
    cdp quarantine show 5d41402abc4b2a76b9719d911017c592
    """
    warehouse = open_warehouse(load_settings())
    source, stream = _stream_of(warehouse, rejection_id)
    with warehouse.writing("showing a rejected row", say=say) as connection:
        found = rejected.show(connection, source, stream, rejection_id)
    values = dict(found.values or {})
    relation = f"raw.{source.raw_table(stream)}"
    safe = values if unmasked else masked(relation, values, raw_personal_columns())
    rows: list[dict[str, object]] = [{"column": name, "value": value} for name, value in safe.items()]
    if found.raw_text is not None:
        rows.append({"column": "raw_text", "value": found.raw_text if unmasked else MASK})
    entry = found.rejection
    show(rows, output, columns=("column", "value"))
    place = f"{source.name}.{stream.table} {entry.file_name}"
    place += f" row {entry.row_number}" if entry.row_number is not None else ""
    say(f"{place}: {entry.reason} ({entry.rule}, {entry.status})")


def _stream_of(warehouse: Warehouse, rejection_id: str) -> tuple[Source, Stream]:
    operations = open_operations(warehouse.settings)
    rows = []
    if operations is not None:
        with operations as connection:
            rows = connection.execute(
                "SELECT source_system, stream FROM quarantine.rejected_row WHERE rejection_id = ?", [rejection_id]
            ).fetchall()
    for source in SOURCES:
        for stream in source.streams:
            if rows and rows[0] == (source.name, stream.table):
                return source, stream
    raise rejected.UnknownRejection(f"no rejection '{rejection_id}'; `cdp quarantine list` has them")


@quarantine.command("replay")
@click.argument("stream", type=StreamName(), metavar="SOURCE.STREAM")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay_rows(stream: tuple[Source, Stream], file: Path) -> None:
    """Land a FILE of mended rows.

    It has all columns of the stream, and closes the entries that it mends: a row mends the rejected row of the same
    key, or the entry that its column _rejection_id names.

    \b
    cdp quarantine replay salesforce.account mended.csv
    """
    warehouse = open_warehouse(load_settings())
    try:
        done = rejected.replay(warehouse, *stream, file, say=say)
    finally:
        publish_operations(warehouse)
    landed = f"{done.load.delivered:,} rows landed as {done.file_name}, {done.load.rejected:,} rejected again"
    say(f"{landed}, {done.resolved:,} entries resolved")
    _next(stream, done.load)


@quarantine.command("release")
@click.argument("stream", type=StreamName(), metavar="SOURCE.STREAM")
@click.option("--by", "requester", required=True, help="Who decides.")
@click.option("--reason", required=True, help="Why it is right all the same; kept for the auditor.")
def release_stream(stream: tuple[Source, Stream], requester: str, reason: str) -> None:
    """Accept what is held all the same.

    And give up the stream's unreadable files. Rows that broke a rule stay left out. Who decided and why is kept with
    the deliveries.

    \b
    cdp quarantine release netsuite.invoice --by "Ada Byron" --reason "year-end load, ten times the usual"
    """
    warehouse = open_warehouse(load_settings())
    if not warehouse.file.exists():
        raise rejected.NothingHeld(
            f"nothing of {stream[0].name}.{stream[1].table} is held: nothing was ever refreshed here"
        )
    with warehouse.writing("releasing a delivery", say=say) as connection:
        prepare(connection)
        load = rejected.release(connection, *stream, requester=requester, reason=reason)
    publish_operations(warehouse)
    _next(stream, load)


def _next(stream: tuple[Source, Stream], load: StreamLoad) -> None:
    """What the stream's state is now; ends with 1 where it is still held."""
    if load.status == "held":
        say(f"{stream[0].name}.{stream[1].table} is still held: {load.reason}")
        raise click.exceptions.Exit(1)
    say(f"{stream[0].name}.{stream[1].table} counts again; next: cdp refresh {stream[0].name}")
