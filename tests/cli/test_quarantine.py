"""`cdp quarantine`: from a rejected row to a mended one, by commands alone."""

from collections.abc import Callable
from typing import Any

import pytest

from cdp_platform.environment import Settings
from cdp_platform.landing.load import land_source
from cdp_platform.serving.operations import publish_operations
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import open_warehouse
from tests.cli.conftest import Said

KeysOf = Callable[[str, str], list[dict[str, Any]]]
[PLATFORM] = [source for source in SOURCES if source.name == "platform"]
SCORES = PLATFORM.stream("health_scores")
HEADER = "id,organization_id,scored_on,score,usage_score,engagement_score,tickets_score,nps_score,updated_at\n"
GOOD = "1,org,2026-11-01,50,50,50,50,50,2026-11-01T02:00:00Z\n"
BAD = "2,org,2026-11-01,-5,50,50,50,50,2026-11-01T02:00:00Z\n"
MENDED = "2,org,2026-11-01,5,50,50,50,50,2026-11-01T02:00:00Z\n"


def _land(settings: Settings, name: str, content: str) -> None:
    folder = settings.landing / "platform" / "health_scores"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    warehouse = open_warehouse(settings)
    land_source(warehouse, PLATFORM, [SCORES], run_id="run", say=lambda _: None)
    publish_operations(warehouse)


@pytest.fixture
def rejected(settings: Settings) -> Settings:
    """One good and one bad health score were delivered."""
    _land(settings, "a.csv", HEADER + GOOD + BAD)
    return settings


@pytest.fixture
def held(settings: Settings) -> Settings:
    """A delivery lacks a column."""
    _land(settings, "a.csv", HEADER.replace(",score", "", 1) + GOOD.replace(",50", "", 1))
    return settings


def test_what_was_rejected_is_listed_with_its_reason(
    cdp: Callable[..., Said], rejected: Settings, has_the_keys_of: KeysOf
) -> None:
    said = cdp("quarantine", "list", "platform.health_scores", "--format", "json")
    [row] = has_the_keys_of("quarantine_list", said.out)
    assert (row["stream"], row["row_number"], row["status"]) == ("health_scores", 2, "open")
    assert "score" in row["reason"]
    assert cdp("quarantine", "list", "salesforce", "--format", "json").out.strip() == "[]"


def test_a_rejected_row_is_shown(cdp: Callable[..., Said], rejected: Settings, has_the_keys_of: KeysOf) -> None:
    said = cdp("quarantine", "show", _first(cdp), "--format", "json")
    values = {row["column"]: row["value"] for row in has_the_keys_of("quarantine_show", said.out)}
    assert (values["id"], values["score"]) == ("2", -5.0)
    assert said.err.startswith("platform.health_scores a.csv row 2: ")


def _first(cdp: Callable[..., Said]) -> str:
    return cdp("quarantine", "list", "--format", "csv").out.splitlines()[1].split(",")[0]


def test_personal_data_of_a_rejected_row_is_masked_unless_asked_for(
    cdp: Callable[..., Said], settings: Settings
) -> None:
    users = PLATFORM.stream("users")
    folder = settings.landing / "platform" / "users"
    folder.mkdir(parents=True)
    names = [column.name for column in users.columns]
    [email] = [column.name for column in users.columns if column.pii == "email"]
    row = ",".join("ada@example.org" if name == email else "" for name in names)
    (folder / "a.csv").write_text(",".join(names) + "\n" + row + "\n" + "too,few,ada@example.org\n")
    warehouse = open_warehouse(settings)
    land_source(warehouse, PLATFORM, [users], run_id="run", say=lambda _: None)
    publish_operations(warehouse)
    listed = cdp("quarantine", "list", "--format", "csv").out
    assert "ada@" not in listed
    ids = {line.split(",")[0] for line in listed.splitlines()[1:]}
    for rejection_id in ids:
        assert "ada@" not in cdp("quarantine", "show", rejection_id).out
        assert "ada@example.org" in cdp("quarantine", "show", rejection_id, "--unmasked").out


def test_a_mended_row_is_replayed_and_the_entry_resolved(cdp: Callable[..., Said], rejected: Settings) -> None:
    mended = rejected.home / "mended.csv"
    mended.write_text(HEADER + MENDED)
    said = cdp("quarantine", "replay", "platform.health_scores", str(mended))
    assert said.code == 0
    assert "1 rows landed as replay/mended.csv, 0 rejected again, 1 entries resolved" in said.err
    assert said.err.endswith("next: cdp refresh platform\n")
    assert cdp("quarantine", "list", "--format", "json").out.strip() == "[]"
    assert "resolved" in cdp("quarantine", "list", "--all").out


def test_a_replay_that_cannot_be_one_is_2(cdp: Callable[..., Said], rejected: Settings) -> None:
    wrong = rejected.home / "mended.txt"
    wrong.write_text("x")
    said = cdp("quarantine", "replay", "platform.health_scores", str(wrong))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert cdp("quarantine", "replay", "platform.nope", str(wrong)).code == 2
    assert cdp("quarantine", "replay", "platform.health_scores", "not-there.csv").code == 2


def test_a_held_delivery_is_told_and_released_by_name(cdp: Callable[..., Said], held: Settings) -> None:
    listed = cdp("quarantine", "list")
    assert "platform.health_scores is held (1 file)" in listed.err
    assert cdp("status").code == 1
    assert cdp("quarantine", "release", "platform.health_scores").code == 2
    said = cdp("quarantine", "release", "platform.health_scores", "--by", "Ada", "--reason", "a test")
    assert said.code == 0
    assert said.err.endswith("platform.health_scores counts again; next: cdp refresh platform\n")
    assert cdp("quarantine", "list").err == ""
    again = cdp("quarantine", "release", "platform.health_scores", "--by", "Ada", "--reason", "a test")
    assert (again.code, again.err) == (2, "cdp: nothing of platform.health_scores is held or unreadable\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "nope"], "sources are: salesforce"),
        (["list", "platform.nope"], "platform has: "),
        (["show", "nope"], "no rejection 'nope'"),
        (["release", "platform.users", "--by", "a", "--reason", "b"], "nothing of platform.users is held"),
    ],
)
def test_wrong_use_says_what_there_is(cdp: Callable[..., Said], arguments: list[str], said: str) -> None:
    answer = cdp("quarantine", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_home_that_was_never_refreshed_has_nothing_in_quarantine(
    cdp: Callable[..., Said], settings: Settings
) -> None:
    said = cdp("quarantine", "list", "--format", "json")
    assert (said.code, said.out.strip()) == (0, "[]")
    assert not settings.home.exists()
