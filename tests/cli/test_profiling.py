"""`cdp profile`: a table, a program's JSON, a draft; what is personal is not shown unless asked for."""

import json
from pathlib import Path

from cdp_platform.environment import load_settings
from tests.support.command import cdp

PEOPLE = "id,email,joined_on\n1,ann@example.org,2026-01-02\n2,bob@example.org,2026-03-04\n"


def test_what_is_personal_is_masked_until_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    settings = load_settings({"CDP_HOME": str(tmp_path / "home")})
    done = cdp(settings, "profile", "people.csv", "--format", "json", cwd=tmp_path)
    assert (done.returncode, "ann@" in done.stdout) == (0, False)
    rows = {row["column"]: row for row in json.loads(done.stdout)}
    assert rows["email"] | {"smallest": "***", "largest": "***", "personal": "email"} == rows["email"]
    assert (rows["id"]["key"], rows["joined_on"]["type"], rows["joined_on"]["largest"]) == (True, "date", "2026-03-04")
    assert "people.csv: 2 rows; key: id or email; last changed: no column says" in done.stderr
    assert "ann@example.org" in cdp(settings, "profile", "people.csv", "--unmasked", cwd=tmp_path).stdout
    assert not (tmp_path / "home").exists(), "nothing is kept"


def test_a_draft_compiles_and_holds_no_value_of_a_person(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    settings = load_settings({"CDP_HOME": str(tmp_path / "home")})
    done = cdp(settings, "profile", "people.csv", "--draft", "members", cwd=tmp_path)
    compile(done.stdout, "members.py", "exec")
    assert 'text("email", "Email.", required=True, pii=Pii.EMAIL)' in done.stdout
    assert "@" not in done.stdout
    refused = cdp(settings, "profile", "people.csv", "--draft", "My Shop", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "small letters, digits and _" in refused.stderr


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").write_text("no")
    settings = load_settings({"CDP_HOME": str(tmp_path / "home")})
    done = cdp(settings, "profile", "orders.parquet", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "orders.parquet cannot be read" in done.stderr
