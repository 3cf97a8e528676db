"""What dbt makes of a story told in raw rows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from cdp_platform.warehouse.duckdb import Connection, open_for_reading
from tests.dbt.deliveries import Deliveries, run_dbt
from tests.dbt.small_company import build as build_small_company

Build = Callable[..., Connection]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """build(story, select=..., unmarked=...) -> a read-only connection to what dbt made of the story's raw rows."""
    opened = []

    def built(story: Callable[[Deliveries], None], *, select: str, unmarked: tuple[str, ...] = ()) -> Connection:
        file: Path = tmp_path_factory.mktemp("dbt") / "warehouse.duckdb"
        with duckdb.connect(str(file)) as connection:
            story(Deliveries(connection, unmarked=unmarked))
        results = run_dbt(file, "build", "--indirect-selection", "cautious", "--select", *select.split())
        assert {name: r.message for name, r in results.items() if r.status not in ("success", "pass")} == {}
        opened.append(open_for_reading(file))
        return opened[-1]

    yield built
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the small company, built; to be read, or copied."""
    file = tmp_path_factory.mktemp("gold") / "warehouse.duckdb"
    statuses = build_small_company(file)
    assert {name: status for name, status in statuses.items() if status not in ("success", "pass")} == {}
    return file
