"""Personal data stays in the warehouse: what Dagster and dbt keep of a run has none, also where things go wrong."""

from pathlib import Path

from cdp_platform.environment import Settings
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.support.command import cdp
from tests.support.personal import files_with, personal_values

SECRETS = {
    "netsuite/customer/1.csv": "id,email\nnot-a-number,leaked.one@example.org\n",
    "salesforce/Contact/1.jsonl": '{"Id": "003", "Email": "leaked.two@example.org", "LastModifiedDate": "today"}\n{"Em',
    "platform/users/1.csv": '\ufeffid,email,created_at\n1,"leaked.three@example.org\n',
    "bamboohr/employees/1.csv": "id,workEmail,hireDate\nx,leaked.four@example.org,0000-00-00\n",
}
BAD_EXCEPTIONS = "exception_id,action\nleaked.five@example.org,force_match\n"


def kept(settings: Settings) -> list[Path]:
    """Everything of a home that is not data: Dagster's instance, dbt's artefacts."""
    return [settings.dagster_home, settings.dbt_target_path]


def test_no_run_of_a_company_kept_any(built_company: Settings) -> None:
    values = personal_values(built_company)
    assert len(values) > 500
    assert list(files_with(values, kept(built_company))) == []


def test_what_is_looked_for_would_be_found(built_company: Settings, tmp_path: Path) -> None:
    one = next(iter(personal_values(built_company)))
    for around in (b'{"said": "%s"}', b"Could not convert string '%s' to INT64", b"line\\n%s", b"<%s>", b"It was %s."):
        (tmp_path / "event.db").write_bytes(b"\x00\x01" + around % one + b"\x00")
        assert list(files_with({one}, [tmp_path])) == [f"{tmp_path.name}/event.db holds 1"], around


def test_what_goes_wrong_tells_nothing(company: Settings) -> None:
    for place, text in SECRETS.items():
        file = company.landing / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    company.exceptions_file.write_text(BAD_EXCEPTIONS)
    said = cdp(company, "refresh")
    assert said.returncode == 1
    assert "customer_match_exceptions.csv: the header lacks" in said.stderr
    assert "leaked" not in said.stdout + said.stderr
    taken = "SELECT count(*), count(*) FILTER (status IN ('held', 'unreadable')) FROM ops.landed_file"
    with open_for_reading(company.warehouse_file) as connection:
        found = connection.execute(f"{taken} WHERE file_name LIKE '1.%'").fetchall()
    assert found == [(4, 3)], "one has few bad rows"
    files = [path for folder in kept(company) for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"leaked" in path.read_bytes()] == []
