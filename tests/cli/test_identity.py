"""`cdp identity`: any records in, customers out; ids that carry over; how right it is; a model of one's own."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from cdp_platform.identity.model import Model, shipped
from tests.cli.conftest import Said

HEADER = "source_system,source_id,record_type,full_name,company_name,email,website"
CRM = ["crm,1,organization,,Acme Inc,,www.acme.com", "crm,2,person,Bob Smith,,bob@gmx.de,"]
SHOP = [
    "shop,1,person,SMITH Robert,,BOB@gmx.de,",
    "shop,2,organization,,ACME,ap@acme.com,",
    "shop,2,organization,,ACME,ap@acme.com,",
]


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def crosswalk(folder: Path) -> dict[tuple[str, str], str]:
    with (folder / "crosswalk.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == ["source_system", "source_id", "record_type", "customer_id", "confidence", "method"]
    assert len({(row["source_system"], row["source_id"]) for row in rows}) == len(rows)
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)
    return {(row["source_system"], row["source_id"]): row["customer_id"] for row in rows}


def test_records_become_customers_with_reasons(cdp: Callable[..., Said], tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = cdp("identity", "resolve", str(write(tmp_path / "records.csv", *CRM, *SHOP)), "--output", str(out))
    assert said.code == 0
    owner = crosswalk(out)
    assert owner["crm", "1"] == owner["shop", "2"] != owner["crm", "2"] == owner["shop", "1"]
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["identical_repeats_collapsed"] == 1
    assert {kind: found["customers"] for kind, found in report["customers"].items()} == {"organization": 1, "person": 1}
    edges = pl.read_csv(out / "edges.csv").sort("record_type")
    assert edges["rule"].to_list() == ["organization_domain_name", "person_email_name"]
    assert edges["status"].unique().to_list() == ["accepted"]
    assert edges["fields"].str.contains(r"email \+").to_list() == [False, True]


def test_ids_carry_over_and_decisions_hold(cdp: Callable[..., Said], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    cdp("identity", "resolve", str(write(tmp_path / "one.csv", *CRM)), "--output", str(first))
    decisions = tmp_path / "exceptions.csv"
    names = "exception_id,action,source_system_a,source_id_a,source_system_b,source_id_b,customer_id,requester"
    decisions.write_text(
        f"{names},approver,rationale,valid_from,valid_to\nx1,never_match,crm,2,shop,1,,ann,bea,two people,,\n",
        encoding="utf-8",
    )
    records = write(tmp_path / "two.csv", *SHOP, *CRM)
    more = ("--previous", str(first), "--exceptions", str(decisions))
    assert cdp("identity", "resolve", str(records), "--output", str(second), *more).code == 0
    before, after = crosswalk(first), crosswalk(second)
    assert {key: after[key] for key in before} == before
    assert after["shop", "1"] != after["crm", "2"]
    report = json.loads((second / "report.json").read_text(encoding="utf-8"))
    assert (report["records_known_before"], report["records_that_kept_their_id"]) == (2, 2)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("records.csv", "source_system,source_id\ncrm,1\n", "records.csv: the header lacks record_type"),
        ("records.txt", HEADER, "records.txt: records are read from .csv or .parquet"),
        ("records.csv", f"{HEADER}\ncrm,1,person,A,B,C,D,E,F,G\n", "records.csv cannot be read as csv"),
        ("records.parquet", "no parquet", "records.parquet cannot be read as parquet"),
        ("records.csv", f"{HEADER}\ncrm,1,person,Ann,,,\ncrm,1,person,Bea,,,\n", "records.csv: row 1, 2: differs"),
    ],
)
def test_unusable_records_are_told_in_a_sentence(
    cdp: Callable[..., Said], tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = cdp("identity", "resolve", str(tmp_path / name), "--output", str(tmp_path / "out"))
    assert found.code == 2
    assert said in found.err
    assert "Traceback" not in found.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_result_is_refused(cdp: Callable[..., Said], tmp_path: Path) -> None:
    records = write(tmp_path / "records.csv", *CRM)
    said = cdp("identity", "resolve", str(records), "--output", str(tmp_path / "out"), "--previous", str(tmp_path))
    assert said.code == 2
    assert "is no earlier result" in said.err


def test_samples_without_their_truth_are_told_in_a_sentence(cdp: Callable[..., Said], tmp_path: Path) -> None:
    records = write(tmp_path / "records.csv", *CRM)
    said = cdp("identity", "train", str(records), "--output", str(tmp_path / "models"))
    assert said.code == 2
    assert "records_truth.csv is no truth; it needs the columns source_system, source_id, entity_id" in said.err


def test_a_file_without_rows_has_no_customers(cdp: Callable[..., Said], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cdp("identity", "resolve", str(write(tmp_path / "records.csv")), "--output", str(out)).code == 0
    assert json.loads((out / "report.json").read_text(encoding="utf-8"))["records"] == 0


def test_a_model_is_trained_and_a_result_measured(cdp: Callable[..., Said], tmp_path: Path) -> None:
    records = tmp_path / "records.parquet"
    assert cdp("simulate", "--records", str(records), "--scale", "0.004").code == 0
    assert cdp("identity", "train", str(records), "--output", str(tmp_path / "models")).code == 0
    for kind in ("organization", "person"):
        file = tmp_path / "models" / f"{kind}.json"
        model = Model(record_type=kind, **json.loads(file.read_text(encoding="utf-8")))
        assert model.levels.keys() == shipped(kind).levels.keys()
        assert model.settings(1000)["comparisons"]
    out = tmp_path / "out"
    assert cdp("identity", "resolve", str(records), "--output", str(out)).code == 0
    truth = tmp_path / "records_truth.parquet"
    found = {
        row["record_type"]: row
        for row in json.loads(
            cdp("identity", "measure", str(out), str(truth), "--records", str(records), "--format", "json").out
        )
    }
    assert found["organization"]["precision"] > 0.97
    assert found["organization"]["recall"] > 0.9
    assert found["person"]["precision"] > 0.97
    assert found["person"]["recall"] < found["person"]["reachable_recall"] <= 1
    assert 0.9 < found["person"]["decided_share"] <= 1


def test_records_that_are_not_the_results_are_refused(cdp: Callable[..., Said], tmp_path: Path) -> None:
    records, out = write(tmp_path / "records.csv", *CRM), tmp_path / "out"
    cdp("identity", "resolve", str(records), "--output", str(out))
    truth = tmp_path / "truth.csv"
    truth.write_text("source_system,source_id,entity_id\ncrm,1,a\n", encoding="utf-8")
    other = write(tmp_path / "other.csv", *SHOP)
    said = cdp("identity", "measure", str(out), str(truth), "--records", str(other))
    assert said.code == 2
    assert f"{other} lacks records of" in said.err
