"""What is masked in a trace is what is masked for readers, and more where nobody declared anything."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.assets.manifest import manifest_file
from cdp_platform.assets.publish import classified_columns
from cdp_platform.environment import load_settings
from cdp_platform.serving.masking import masked, personal_columns, raw_personal_columns
from cdp_platform.serving.models import key_columns, parents_of


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})
    return dict(json.loads(Path(manifest_file(settings)).read_text()))


def test_a_trace_masks_at_least_what_publish_masks(manifest: dict[str, Any]) -> None:
    told = personal_columns(manifest)
    for relation, columns in classified_columns(manifest).items():
        masked_for_readers = {name for name, said in columns.items() if said.get("pii", "none") != "none"}
        assert masked_for_readers <= told[relation], relation


def test_every_raw_table_says_what_is_personal() -> None:
    declared = raw_personal_columns()
    assert {"email", "firstname"} <= declared["raw.salesforce__contact"]
    assert declared["raw.netsuite__currencyrate"] == set()


def test_what_could_not_be_read_is_masked(manifest: dict[str, Any]) -> None:
    row = {"raw_text": "ada@example.org", "reason": "not JSON", "row_number": 3}
    assert masked("quarantine.rejected_row", row, personal_columns(manifest)) == {**row, "raw_text": "***"}


def test_every_table_of_gold_has_a_key_and_parents(manifest: dict[str, Any]) -> None:
    keys = key_columns(manifest)
    gold = [node["name"] for node in manifest["nodes"].values() if node.get("schema") == "gold"]
    models = [name for name in gold if f"model.cdp.{name}" in manifest["nodes"]]
    assert [name for name in models if not keys.get(f"gold.{name}")] == []
    assert [name for name in models if not parents_of(manifest, f"gold.{name}")] == []
