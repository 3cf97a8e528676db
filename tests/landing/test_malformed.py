"""What becomes of a malformed delivery: for every case of the table nothing is lost, the outcome is the declared one,
and the reason names no value. All cases land in one run, a stream each.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.landing.audit import StreamLoad
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.typed import decode_raw_id
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.duckdb import Connection
from tests.landing.cases import CASES, Case, Outcome
from tests.landing.shop import GOOD, Home, stream

STREAMS = {case.name: stream(f"case_{number}") for number, case in enumerate(CASES)}
SOURCE = Source("malformed", "One stream per case.", "team:test", tuple(STREAMS.values()))
DECLARED_WORDS = {
    *GOOD,
    "small",
    "large",
    "columns",
    "header",
    "field",
    "file",
    "JSON",
    "ArrowInvalid",
    "A-Za-z",
    "missing",
}


@dataclass
class Landed:
    """What is left of a case in the warehouse."""

    load: StreamLoad
    ledger: list[tuple[int, int, int]]
    raw: list[dict[str, Any]] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    quarantine: list[tuple[str, str, int, str | None]] = field(default_factory=list)

    @property
    def told(self) -> dict[str, Any]:
        """The second row: the one that the case is about."""
        return next(row for row in self.raw if decode_raw_id(row["_airbyte_raw_id"])[1] > 1)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory, make_home: Callable[[Path, Source], Home]) -> dict[str, Landed]:
    home = make_home(tmp_path_factory.mktemp("malformed"), SOURCE)
    for case in CASES:
        home.put(STREAMS[case.name], case.file, case.content)
    loads = home.land()
    with home.open() as connection:
        return {
            case.name: _landed(connection, STREAMS[case.name], load) for case, load in zip(CASES, loads, strict=True)
        }


def _landed(connection: Connection, case_stream: Stream, load: StreamLoad) -> Landed:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql.replace("@stream", f"stream = '{case_stream.table}'")).fetchall()

    table = f"raw.{SOURCE.raw_table(case_stream)}"
    names = [name for name, *_ in ask(f"DESCRIBE {table}")]
    return Landed(
        load=load,
        ledger=ask("SELECT delivered, raw, unreadable FROM ops.landed_file WHERE @stream"),
        raw=[
            dict(zip([*names, "utc"], row, strict=True))
            for row in ask(f"SELECT *, strftime(changedat, '%Y-%m-%d %H:%M:%S') FROM {table} ORDER BY _airbyte_raw_id")
        ],
        fates=Counter(dict(ask(f"SELECT fate, count(*) FROM ({fate_sql(SOURCE, case_stream)}) GROUP BY 1"))),
        quarantine=ask(
            "SELECT rule, reason, row_number, raw_text FROM quarantine.rejected_row WHERE @stream ORDER BY ALL"
        ),
    )


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_there_are_more_than_sixty_cases_and_no_two_of_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 60


@each_case
def test_nothing_is_lost(case: Case, landed: dict[str, Landed]) -> None:
    seen = landed[case.name]
    unreadable = [entry for entry in seen.quarantine if entry[0] == "unreadable"]
    for delivered, raw, count in seen.ledger:
        assert delivered == raw + count
        assert (raw, count) == (len(seen.raw), len(unreadable))
        assert sum(seen.fates.values()) == raw
    assert [(seen.load.delivered, seen.load.raw, seen.load.unreadable)] == (seen.ledger or [(0, 0, 0)])


@each_case
def test_the_outcome_is_the_declared_one(case: Case, landed: dict[str, Landed]) -> None:
    seen = landed[case.name]
    OUTCOMES[case.outcome](case, seen)
    for name, value in case.stored.items():
        assert seen.told[name] == value


def accepted(case: Case, seen: Landed) -> None:
    assert seen.load.status == "loaded"
    assert seen.fates == Counter({"current": case.rows + case.others}) - Counter()
    assert seen.quarantine == []
    assert not any(_changes(row) for row in seen.raw)
    assert seen.load.new_columns == case.new_columns


def nulled(case: Case, seen: Landed) -> None:
    assert seen.load.status == "loaded"
    assert seen.fates == {"current": case.rows + case.others}
    assert _changes(seen.told) == [case.reason]
    assert seen.told[case.reason] is None


def rejected(case: Case, seen: Landed) -> None:
    assert seen.load.status == "loaded"
    assert seen.fates == {"current": case.others, "rejected": case.rows}
    assert any(case.reason in reason for _, reason, _, _ in seen.quarantine)
    assert {number for _, _, number, _ in seen.quarantine} == {2}


def unreadable_row(case: Case, seen: Landed) -> None:
    assert seen.load.status == "loaded"
    assert seen.fates == {"current": case.others}
    assert [rule for rule, *_ in seen.quarantine] == ["unreadable"] * case.rows
    assert all(case.reason in reason and number > 1 and text for _, reason, number, text in seen.quarantine)


def unreadable_file(case: Case, seen: Landed) -> None:
    assert seen.load.status == "held"
    assert seen.ledger == [(1, 0, 1)]
    [(rule, reason, number, _)] = seen.quarantine
    assert (rule, number) == ("unreadable", 0)
    assert case.reason in reason
    assert case.reason in (seen.load.reason or "")


def held(case: Case, seen: Landed) -> None:
    assert (seen.load.status, seen.load.cause) == ("held", "drift")
    assert case.reason in (seen.load.reason or "")
    assert seen.fates == {"held": seen.load.delivered}


def ignored(case: Case, seen: Landed) -> None:
    assert seen.load.status == "unchanged"
    assert seen.ledger == []


OUTCOMES = {
    Outcome.ACCEPTED: accepted,
    Outcome.NULLED: nulled,
    Outcome.REJECTED: rejected,
    Outcome.UNREADABLE_ROW: unreadable_row,
    Outcome.UNREADABLE_FILE: unreadable_file,
    Outcome.HELD: held,
    Outcome.IGNORED: ignored,
}


def _changes(row: dict[str, Any]) -> list[str]:
    return [change["field"] for change in json.loads(row["_airbyte_meta"])["changes"]]


@each_case
def test_no_reason_names_a_value(case: Case, landed: dict[str, Landed]) -> None:
    values = set(re.findall(r"[^\s,;:\"'{}\[\]()|&]{4,}", case.content.decode("utf-8", "replace"))) - DECLARED_WORDS
    reasons = " ".join(
        [reason for _, reason, _, _ in landed[case.name].quarantine] + [landed[case.name].load.reason or ""]
    )
    assert {value for value in values if value in reasons} == set()
