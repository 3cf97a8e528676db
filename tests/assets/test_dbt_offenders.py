"""The rows at fault are named by hash, so that one can be found again and none can be read off."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.assets.dbt_offenders import NAMED, Offenders
from cdp_platform.warehouse.duckdb import scratch


def hashed(key: str) -> str:
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:12]


def manifest(key: list[str]) -> dict[str, Any]:
    """A model with a key, and a test of it that failed."""
    place = {"original_file_path": "models/m.yml", "path": "failing.sql", "attached_node": "model.m"}
    unique = {"name": "has_one_row_per", "kwargs": {"columns": key}}
    return {
        "metadata": {"project_name": "cdp"},
        "nodes": {
            "model.m": {"schema": "gold", "name": "m", "resource_type": "model"},
            "test.key": {"test_metadata": unique, "attached_node": "model.m"},
            "test.failing": {**place, "test_metadata": {"name": "holds", "kwargs": {}}},
        },
    }


@pytest.mark.parametrize(
    ("key", "shown", "named"),
    [
        (["id"], "SELECT 'x' AS other, 'ada@example.org' AS id", ["ada@example.org"]),
        (["id", "day"], "SELECT 7 AS id, DATE '2026-01-31' AS day, 1 AS n", ["7|2026-01-31"]),
        (["id", "day"], "SELECT 'group' AS group_1, 2 AS total", ["group"]),
        ([], "SELECT 'first' AS one, 'second' AS two UNION ALL SELECT 'first', 'third'", ["first"]),
    ],
)
def test_by_the_model_s_key_or_what_comes_first(tmp_path: Path, key: list[str], shown: str, named: list[str]) -> None:
    with ask(tmp_path, shown) as connection:
        assert Offenders(connection, manifest(key), tmp_path).of("test.failing") == sorted(map(hashed, named))


def test_what_has_no_key_is_not_named(tmp_path: Path) -> None:
    with ask(tmp_path, "SELECT NULL AS id, 1 AS n UNION ALL SELECT 'x', 2") as connection:
        assert Offenders(connection, manifest(["id"]), tmp_path).of("test.failing") == [hashed("x")]


def test_a_test_that_cannot_be_asked_again_names_nothing(tmp_path: Path) -> None:
    with ask(tmp_path, "SELECT error('ada@example.org') AS id") as connection:
        assert Offenders(connection, manifest(["id"]), tmp_path).of("test.failing") == []


def test_many_are_cut(tmp_path: Path) -> None:
    with ask(tmp_path, "SELECT range AS id FROM range(1000)") as connection:
        assert len(Offenders(connection, manifest(["id"]), tmp_path).of("test.failing")) == NAMED


def ask(compiled: Path, sql: str) -> Any:
    file = compiled / "cdp" / "models" / "m.yml" / "failing.sql"
    file.parent.mkdir(parents=True)
    file.write_text(f"{sql}\n")
    return scratch()
