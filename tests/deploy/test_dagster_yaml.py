"""The Dagster instance files: Dagster accepts both, and they say what the platform relies on."""

from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._config import process_config
from dagster._core.errors import DagsterInvalidConfigError
from dagster._core.instance.config import dagster_instance_config
from dagster._core.storage.config import pg_config
from dagster_postgres.utils import pg_url_from_config
from sqlalchemy.engine import make_url

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
ENVIRONMENTS = ["local", "production"]
SECRETS = {
    "DAGSTER_POSTGRES_USER": "cdp",
    "DAGSTER_POSTGRES_PASSWORD": "p@ss/word",
    "DAGSTER_POSTGRES_HOST": "database.example",
    "DAGSTER_POSTGRES_DB": "dagster",
}


@pytest.fixture(params=ENVIRONMENTS)
def settings(request: pytest.FixtureRequest) -> dict:
    accepted, _ = dagster_instance_config(str(DEPLOY / request.param))
    return dict(accepted)


def test_nothing_is_reported_to_anybody(settings: dict) -> None:
    assert settings["telemetry"]["enabled"] is False
    assert settings["nux"]["enabled"] is False


def test_there_is_one_writer_and_its_slot_comes_back(settings: dict) -> None:
    assert settings["concurrency"]["pools"] == {"granularity": "run", "default_limit": 1}
    assert 0 < settings["run_monitoring"]["free_slots_after_run_end_seconds"] <= 300
    assert "run_coordinator" not in settings
    assert "run_queue" not in settings


def test_no_run_lasts_for_ever_and_no_failure_is_tried_again_blindly(settings: dict) -> None:
    assert settings["run_monitoring"]["enabled"] is True
    assert settings["run_monitoring"]["max_runtime_seconds"] > 0
    assert settings["run_retries"]["retry_on_asset_or_op_failure"] is False


def test_ticks_are_pruned(settings: dict) -> None:
    assert settings["retention"]["schedule"]["purge_after_days"] > 0
    assert set(settings["retention"]["sensor"]["purge_after_days"]) == {"skipped", "success", "failure"}


def test_production_reaches_its_database_by_the_driver_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    accepted, _ = dagster_instance_config(str(DEPLOY / "production"))
    storage = process_config(pg_config(), accepted["storage"]["postgres"])
    url = make_url(pg_url_from_config(storage.value))
    assert (url.drivername, url.password, url.host) == ("postgresql+psycopg2", "p@ss/word", "database.example")
    assert url.get_dialect().import_dbapi().__name__ == "psycopg2"


def test_production_names_its_secrets_and_holds_none() -> None:
    database = yaml.safe_load((DEPLOY / "production/dagster.yaml").read_text())["storage"]["postgres"]["postgres_db"]
    assert all(set(database[field]) == {"env"} for field in ("username", "password", "hostname", "db_name"))


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    text = (DEPLOY / "local/dagster.yaml").read_text()
    (tmp_path / "dagster.yaml").write_text(text.replace("free_slots_after_run_end_seconds", "free_slots_after_seconds"))
    with pytest.raises(DagsterInvalidConfigError, match="free_slots_after_seconds"):
        dagster_instance_config(str(tmp_path))


def test_an_instance_starts_from_the_local_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text((DEPLOY / "local/dagster.yaml").read_text())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.run_monitoring_enabled
        pools = instance.get_concurrency_config().pool_config
        assert (pools.default_pool_limit, pools.pool_granularity.value) == (1, "run")
