"""Traces of a whole company lead to lines of files that hold what is claimed."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from cdp_platform.assets.manifest import manifest_file
from cdp_platform.environment import Settings
from cdp_platform.serving.models import key_columns
from cdp_platform.serving.steps import Step, record_of
from cdp_platform.serving.trace import trace

SAMPLE = 3


@pytest.fixture(scope="module")
def manifest(built_company: Settings) -> dict[str, Any]:
    return dict(json.loads(manifest_file(built_company).read_text()))


@pytest.fixture(scope="module")
def gold(built_company: Settings, manifest: dict[str, Any]) -> dict[str, list[str]]:
    """A few keys of every table of gold, always the same."""
    keys = key_columns(manifest)
    found = {}
    with duckdb.connect(str(built_company.warehouse_file), read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'gold'").fetchall()
        for (table,) in tables:
            key = " || ',' || ".join(f"CAST({column} AS VARCHAR)" for column in keys[f"gold.{table}"])
            rows = connection.execute(
                f"SELECT {key} AS key FROM gold.{table} WHERE key NOT LIKE '%unknown%' ORDER BY md5(key) LIMIT {SAMPLE}"
            ).fetchall()
            found[table] = [value for (value,) in rows]
    assert len(found) > 20
    return found


def _row_at(file: Path, number: int) -> dict[str, Any]:
    """The row of that number, column names in lower case, as somebody would look it up by hand."""
    if file.suffix == ".parquet":
        row = pq.read_table(file).slice(number - 1, 1).to_pylist()[0]
    elif file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as handle:
            row = list(csv.DictReader(handle))[number - 1]
    else:
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        row = json.loads(text.splitlines()[number - 1])
    return {name.lower(): value for name, value in row.items()}


def test_every_table_of_gold_can_be_traced(
    built_company: Settings, manifest: dict[str, Any], gold: dict[str, list[str]]
) -> None:
    for table, keys in gold.items():
        found = trace(built_company, table, keys[0], manifest=manifest, limit=3)
        assert found.matches == 1, (table, keys[0])
        assert len(found.steps) > 1 or "computed, not delivered" in " ".join(found.notes), table


@pytest.mark.parametrize("table", ["fact_revenue", "fact_employee_events", "dim_customer", "fact_active_lives"])
def test_file_and_line_hold_the_record(
    built_company: Settings, manifest: dict[str, Any], gold: dict[str, list[str]], table: str
) -> None:
    checked = 0
    for key in gold[table]:
        steps = trace(built_company, table, key, manifest=manifest, limit=5).steps
        records = {step.record for step in steps if step.layer == "domain"}
        raw = [step for step in steps if step.layer == "raw"]
        assert any(step.fate == "current" for step in raw)
        for step in raw:
            assert _id_at(built_company, step) in {record.split(":", 2)[2] for record in records if record_of(record)}
            checked += 1
    assert checked >= SAMPLE


def _id_at(settings: Settings, step: Step) -> str:
    assert step.file is not None
    assert step.line is not None
    return str(_row_at(settings.landing / step.file, step.line)["id"])


def test_masked_traces_hold_no_personal_value(
    built_company: Settings, manifest: dict[str, Any], gold: dict[str, list[str]]
) -> None:
    key = gold["dim_customer"][0]
    hidden = {"company_name", "full_name", "email", "phone", "tax_id", "street", "name", "billing_email", "companyname"}
    safe = trace(built_company, "dim_customer", key, manifest=manifest).steps
    assert {value for step in safe for name, value in step.values.items() if name in hidden} <= {"***"}
