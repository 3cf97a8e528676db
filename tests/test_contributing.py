"""What README and CONTRIBUTING tell people to do, done on a copy of the project, in one refresh.

Here: the recipes' blocks and the example of one's own files, literally, and what must come of them. Not here: whether
links, commands and names in the documents exist (`test_documents`).
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdp_platform.environment import PROJECT, load_settings
from cdp_platform.warehouse.duckdb import Connection, open_for_reading
from tests.support.recipes import apply, blocks, commands, copy_project, run

CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text()
README = (PROJECT / "README.md").read_text()
OWN_FILES = "Your own files"
RECIPES = ("Add a source", "Add a fact or a dimension", "Add a check")
LATER = ("cdp refresh", "python -m tests.")
"""Commands that wait: one refresh does for both documents, and what writes expected files for the drill."""

ROOT_TESTS = ("definitions", "documents", "house_rules", "repository", "timetable")

Answers = dict[str, "subprocess.CompletedProcess[str]"]


def follow(root: Path) -> None:
    """Do the recipes, but for the files that tests expect."""
    for section in RECIPES:
        for block in blocks(CONTRIBUTING, section):
            if block.file:
                apply(block, root)
            else:
                answers_of([c for c in commands(block.text) if not c.startswith(LATER)], root)


def answers_of(wanted: list[str], root: Path) -> Answers:
    """Run the commands in order; each must end well."""
    answers = {}
    for command in wanted:
        answers[command] = run(command, root)
        assert answers[command].returncode == 0, f"{command}\n{answers[command].stdout}{answers[command].stderr}"
    return answers


def scripts(text: str, section: str) -> list[str]:
    return [command for block in blocks(text, section) if block.language == "sh" for command in commands(block.text)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the recipes were followed."""
    root = tmp_path_factory.mktemp("contributing") / "project"
    copy_project(root)
    follow(root)
    return root


@pytest.fixture(scope="module")
def answers(root: Path) -> Answers:
    """What every command of "Your own files" and "Try it" answered, after one refresh of both landing zones."""
    own = scripts(README, OWN_FILES)
    refresh = own.index("cdp refresh --landing exports")
    return answers_of([*own[:refresh], *scripts(CONTRIBUTING, "Try it"), *own[refresh + 1 :]], root)


@pytest.fixture(scope="module")
def warehouse(root: Path, answers: Answers) -> Iterator[Connection]:
    with open_for_reading(load_settings({}, home=root / ".cdp" / "home").warehouse_file) as connection:
        yield connection


@pytest.mark.parametrize(("text", "section"), [(README, OWN_FILES), (CONTRIBUTING, "Try it")])
def test_what_a_document_shows_is_what_comes_out(answers: Answers, text: str, section: str) -> None:
    shown, last = 0, ""
    for block in blocks(text, section):
        if block.language == "text":
            assert words(answers[last].stdout) == words(block.text)
            shown += 1
        elif block.language == "sh":
            last = list(commands(block.text))[-1]
    assert shown == 1


def words(text: str) -> list[list[str]]:
    """The words of every line: the width of a column is nobody's concern."""
    return [line.split() for line in text.strip().splitlines()]


def test_the_wrong_bill_waits_in_quarantine(answers: Answers) -> None:
    listed = answers["cdp quarantine list"].stdout.splitlines()[1:]
    assert len(listed) == 1
    assert "total does not fit its type integer" in listed[0]
    assert "total does not fit its type integer" in " ".join(README.split())


def test_the_new_source_reaches_its_domain(warehouse: Connection, answers: Answers) -> None:
    rows = warehouse.execute(
        "SELECT source_record_id, party_source_record_id, total_amount, is_void FROM domain.invoice "
        "WHERE source_system = 'webshop' ORDER BY 1"
    ).fetchall()
    assert [(record, party, float(total), void) for record, party, total, void in rows] == [
        ("webshop:order:1001", "stripe:customer:cus_1", 80.0, False),
        ("webshop:order:1002", "stripe:customer:cus_3", 19.9, False),
        ("webshop:order:1003", "stripe:customer:cus_3", 25.0, True),
    ]
    described = answers["cdp where stg_webshop__order"].stdout
    assert "raw/webshop__orders" in described
    assert "domain/invoice" in described
    assert "refresh_daily" in described


def test_the_new_fact_finds_its_customers(warehouse: Connection) -> None:
    found = warehouse.execute(
        "SELECT i.invoice_id, count(DISTINCT d.customer_id) FROM gold.fact_invoice AS i JOIN gold.dim_customer AS d "
        "ON d.customer_version_id = i.customer_version_id AND d.customer_id <> 'unknown' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    bills = ["stripe:invoice:in_1", "stripe:invoice:in_2", "webshop:order:1001", "webshop:order:1002"]
    assert found == [(bill, 1) for bill in bills]


PLANT = """
import sys
from pathlib import Path
import duckdb
from asset_checks.gold_rule import gold_result
from asset_checks.reconciliation import GOLD_RULES
from tests.dbt.deliveries import run_dbt

file = Path(sys.argv[1])
rule = next(rule for rule in GOLD_RULES if rule.name == "orders_reconcile_to_webshop")
with duckdb.connect(str(file)) as connection:
    before = gold_result(connection, rule).passed
    connection.execute("UPDATE gold.fact_invoice SET total_amount = -1 WHERE invoice_id = 'webshop:order:1001'")
    after = gold_result(connection, rule).passed
results = run_dbt(file, "test", "--select", "fact_invoice")
print(before, after, *(name.split(".")[2] for name, result in results.items() if result.status == "fail"))
"""


def test_the_new_checks_turn_red_on_a_planted_defect(root: Path, warehouse: Connection, tmp_path: Path) -> None:
    broken = tmp_path / "warehouse.duckdb"
    shutil.copy(load_settings({}, home=root / ".cdp" / "home").warehouse_file, broken)
    script = tmp_path / "plant.py"
    script.write_text(PLANT)
    done = run(f"python {script} {broken}", root)
    assert done.stdout.splitlines()[-1:] == ["True False total_is_not_negative"], done.stderr


def test_the_recipes_are_written_as_the_linter_wants(root: Path) -> None:
    files = sorted({b.file for s in RECIPES for b in blocks(CONTRIBUTING, s) if b.file and b.file.endswith(".py")})
    for command in ("ruff format --check", "ruff check --no-cache"):
        done = run(f"{command} {' '.join(files)}", root)
        assert done.returncode == 0, done.stdout


@pytest.mark.drill
def test_what_the_recipes_leave_behind_passes_the_tests(tmp_path: Path) -> None:
    root = tmp_path / "project"
    copy_project(root)
    follow(root)
    rewritten = [c for section in RECIPES for c in scripts(CONTRIBUTING, section) if c.startswith("python -m tests.")]
    kept = " ".join(f"tests/{name}" for name in ("dbt", "sources", *(f"test_{name}.py" for name in ROOT_TESTS)))
    answers_of(
        [
            "git init --quiet && git add --all",  # one of the tests asks git for the project's files
            *rewritten,
            "python -m tests.test_definitions",
            "python -m tests.test_documents",
            "mypy",
            "lint-imports",
            f"pytest -k 'not answered and not leaves_no_trace' {kept}",  # they look at the installed project
        ],
        root,
    )
