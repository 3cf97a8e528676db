"""House rules of the repository's form, each proven on a planted defect.

Here: what no linter, type checker or import contract can say, and proof that those are switched on. Not here: rules of
the asset graph and of the dbt manifest (`test_house_rules`).
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TOOL = PROJECT["tool"]
LONGEST = {".py": 200, ".sql": 100}
PACKAGES = ("cdp_platform/", "asset_checks/")

Rule = Callable[[str, str], Iterator[str]]


def stays_short(path: str, text: str) -> Iterator[str]:
    """A module that no longer fits the eye is two modules."""
    limit = LONGEST.get(Path(path).suffix)
    lines = text.count("\n")
    if limit and lines > limit and path.startswith((*PACKAGES, "cdp_dbt/")):
        yield f"{lines} lines, at most {limit}"


def has_a_telling_name(path: str, text: str) -> Iterator[str]:
    """A name says what is inside; these only say that nobody decided."""
    for part in re.split(r"[/._-]", path.removesuffix("/__init__.py").lower()):
        if re.fullmatch(r"utils?|misc|helpers?|common|legacy|deprecated|backup|v\d+", part):
            yield f"'{part}' says nothing"


def is_described_beside(path: str, text: str) -> Iterator[str]:
    """What a model means stands next to what it does."""
    if re.match(r"cdp_dbt/models/.*\.sql$", path) and not (ROOT / path).with_suffix(".yml").exists():
        yield "no .yml of the same name beside it"


def fits_every_machine(path: str, text: str) -> Iterator[str]:
    """Where it was written, and where packages were fetched, is nobody's business and true nowhere else."""
    for found in re.finditer(r"(?<![\w./{}$-])/(?:home|root|Users|work)/\w+", text):
        yield f"the path {found.group()} exists on one machine"
    for found in re.finditer(r"(?:pypi|pythonhosted|npmjs|deb\.debian|crates)\.(?:org|com|io)\b", text):
        yield f"{found.group()} is a package host; packages come from where the machine is configured to find them"


def leaves_the_environment_alone(path: str, text: str) -> Iterator[str]:
    """One module reads it; everything else is handed its settings."""
    if not path.startswith(PACKAGES) or not path.endswith(".py") or path == "cdp_platform/environment.py":
        return
    for node in ast.walk(ast.parse(text)):
        name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
        if name in {"environ", "getenv", "putenv"}:
            yield f"{name} belongs in cdp_platform/environment.py"


def links_lead_somewhere(path: str, text: str) -> Iterator[str]:
    """A document that points at nothing is worse than none."""
    if path.endswith(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in target and not (ROOT / path).parent.joinpath(target).exists():
                yield f"{target} does not exist"


def is_locked_by_hash_alone(path: str, text: str) -> Iterator[str]:
    """Decision 0001: an exact version, hashes, and no word about where from."""
    if not re.fullmatch(r"requirements.*\.lock", path):
        return
    if "://" in text:
        yield "it names an address"
    for entry in re.split(r"\n(?=[^\s#])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip()):
        if "==" not in entry or "--hash=sha256:" not in entry:
            yield f"{entry.split()[0]} has no exact version or no hash"


SQL = "cdp_dbt/models/gold/planted.sql"
RULES: list[tuple[Rule, str, str]] = [
    (stays_short, "cdp_platform/planted.py", "\n" * 201),
    (stays_short, SQL, "\n" * 101),
    (has_a_telling_name, "cdp_platform/utils/dates.py", ""),
    (has_a_telling_name, "cdp_dbt/models/gold/fact_revenue_v2.sql", ""),
    (is_described_beside, SQL, "SELECT 1 AS one"),
    (fits_every_machine, "docs/planted.md", "as in `" + "/home/" + "somebody/landing`"),
    (fits_every_machine, "Makefile", "pip install --index-url https://pypi" + ".org/simple uv"),
    (leaves_the_environment_alone, "cdp_platform/planted.py", "import os\nHOME = os.environ['HOME']\n"),
    (leaves_the_environment_alone, "asset_checks/planted.py", "from os import getenv\n"),
    (links_lead_somewhere, "docs/planted.md", "see [the runbook](runbooks/planted.md)"),
    (is_locked_by_hash_alone, "requirements.lock", "uv==1.0 \\\n    --hash=sha256:00\ndbt-core==1.11\n"),
    (
        is_locked_by_hash_alone,
        "requirements.lock",
        "uv==1.0 \\\n    --hash=sha256:00\n    # from https://mirror.example\n",
    ),
]


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    return [name for name in listed.stdout.decode().splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("rule", sorted({rule for rule, _, _ in RULES}, key=lambda rule: rule.__name__))
def test_the_repository_keeps(rule: Rule) -> None:
    broken = [
        f"{name}: {complaint}"
        for name in tracked()
        for complaint in rule(name, (ROOT / name).read_bytes().decode(errors="replace"))
    ]
    assert broken == []


@pytest.mark.parametrize(("rule", "path", "text"), RULES)
def test_a_planted_defect_breaks(rule: Rule, path: str, text: str) -> None:
    assert list(rule(path, text))


LINTED = {
    "D100": "",
    "TID251": "import pytest\n\npytestmark = pytest.mark.skip\n",
    "BLE001": "try:\n    pass\nexcept Exception:\n    pass\n",
    "T201": "print(1)\n",
    "DTZ005": "import datetime\n\ndatetime.datetime.now()\n",
    "FIX002": "# TO" + "DO: later\n",
}


@pytest.mark.parametrize(("code", "text"), [*LINTED.items(), ("TID251", "from __future__ import annotations\n")])
def test_the_linter_refuses(code: str, text: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--stdin-filename", "cdp_platform/planted.py", "-"]
    answer = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert code in answer.stdout


def unlayered(modules: set[str], layers: list[str]) -> set[str]:
    """The modules whose imports no contract holds."""
    return modules - {name.strip(" ()") for layer in layers for name in layer.split("|")}


def test_every_module_has_its_layer() -> None:
    layers = next(contract for contract in TOOL["importlinter"]["contracts"] if contract["id"] == "layers")["layers"]
    top = {
        path.stem
        for path in (ROOT / "cdp_platform").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert unlayered({f"cdp_platform.{name}" for name in top - {"__init__"}}, layers) == set()
    assert unlayered({"cdp_platform.planted"}, layers) == {"cdp_platform.planted"}


def unlocked(declared: list[str], lock: str) -> set[str]:
    """What `pyproject.toml` asks for and the lock does not hold at a version that fits."""
    held = {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}
    wanted = [Requirement(line) for line in declared]
    return {r.name for r in wanted if not r.specifier.contains(held.get(canonicalize_name(r.name), "0.dev0"))}


def test_the_locks_hold_what_is_declared() -> None:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    declared = project["dependencies"] + project["optional-dependencies"]["production"] + groups["dev"]
    lock = (ROOT / "requirements.lock").read_text()
    assert unlocked(declared, lock) == set()
    assert unlocked(groups["ui"], (ROOT / "requirements-ui.lock").read_text()) == set()
    assert unlocked(["planted>=1", "dagster>=99"], lock) == {"planted", "dagster"}


@pytest.mark.parametrize("licence", ["License-Expression: AGPL-3.0-only", "Summary: it names no licence"])
def test_a_package_under_a_licence_nobody_read_is_refused(licence: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted-1.0.dist-info"
    planted.mkdir()
    (planted / "METADATA").write_text(f"Metadata-Version: 2.4\nName: planted\nVersion: 1.0\n{licence}\n")
    command = [sys.executable, "-m", "piplicenses"]
    answer = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "planted:1.0" in answer.stderr
