"""The accuracy report: its sections stay apart, and its data is what it says.

Here: the document's markers and the second company. Not here: the figures (`make accuracy`, `drill/test_accuracy`).
"""

import subprocess
import sys

from tests.accuracy.document import FIGURES, ROOT, replaced
from tests.accuracy.faker_records import second_company
from tests.accuracy.sections import DEFAULT, SECTIONS


def test_a_section_is_replaced_where_it_stands() -> None:
    text = replaced(replaced("# Figures\n", "one", "One", "old"), "two", "Two", "other")
    again = replaced(text, "one", "One", "new \\1")
    assert again == text.replace("old", "new \\1")
    assert again.index("new") < again.index("other")


def test_every_section_that_is_always_measured_is_in_the_document() -> None:
    text = FIGURES.read_text(encoding="utf-8")
    assert [name for name in DEFAULT if f"## {SECTIONS[name][0]}\n" not in text] == []


MADE = (
    "from tests.accuracy.faker_records import second_company; print(second_company(300, 1).records.hash_rows(1).sum())"
)


def test_the_second_company_is_the_same_for_the_same_seed_in_every_process() -> None:
    one, other = second_company(300, 1), second_company(300, 2)
    here = str(one.records.hash_rows(1).sum())
    made = subprocess.run([sys.executable, "-c", MADE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == here != str(other.records.hash_rows(1).sum())
    records = one.records.join(one.truth, on="source_record_id")
    assert records.height == one.records.height == one.truth.height
    assert 0.2 < 1 - records["entity_id"].n_unique() / records.height < 0.4
    assert (
        records["entity_id"].str.head(1).replace({"o": "organization", "p": "person"}).eq(records["record_type"]).all()
    )
