"""One graph on every target: the same keys, and an engine that is imported where it is needed and nowhere else."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from snowflake.connector.errors import ProgrammingError

from cdp_platform.assets.account import account
from cdp_platform.definitions import build
from cdp_platform.environment import PROJECT, Settings, Target, load_settings
from cdp_platform.warehouse.snowflake import NotConfigured, OnlyOnDuckDB, SnowflakeWarehouse, parameters
from cdp_platform.warehouse.snowflake_errors import failed
from cdp_platform.warehouse.workload import Workload

ACCOUNT = {
    "SNOWFLAKE_ACCOUNT": "acme-eu", "SNOWFLAKE_USER": "CDP", "SNOWFLAKE_HOST": "127.0.0.1", "SNOWFLAKE_PORT": "1",
    "SNOWFLAKE_PROTOCOL": "http", "SNOWFLAKE_PRIVATE_KEY_FILE": "key.p8",
}  # fmt: skip
IMPORTED = """
import json, sys
from cdp_platform.definitions import build
from cdp_platform.environment import load_settings

build(load_settings())
print(json.dumps(sorted(sys.modules)))
"""


def _settings(target: Target, home: Path, **said: str) -> Settings:
    return load_settings({"CDP_TARGET": target, "CDP_HOME": str(home)} | ACCOUNT | said)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> dict[Target, AssetGraph]:
    """The graph of every target."""
    home = tmp_path_factory.mktemp("home")
    built = {target: build(_settings(target, home)) for target in Target}
    return {target: definitions.resolve_asset_graph() for target, definitions in built.items()}


@pytest.mark.parametrize("target", [target for target in Target if target is not Target.LOCAL])
def test_every_target_has_the_same_assets_and_checks(graphs: dict[Target, AssetGraph], target: Target) -> None:
    one, other = graphs[Target.LOCAL], graphs[target]
    assert other.get_all_asset_keys() == one.get_all_asset_keys()
    assert other.materializable_asset_keys == one.materializable_asset_keys
    assert other.asset_check_keys == one.asset_check_keys
    kinds = {kind for key in other.materializable_asset_keys for kind in other.get(key).kinds}
    assert "snowflake" in kinds
    assert "duckdb" not in kinds
    assert {key: other.get(key).parent_keys for key in other.get_all_asset_keys()} == {
        key: one.get(key).parent_keys for key in one.get_all_asset_keys()
    }


@pytest.mark.parametrize(("target", "is_imported"), [(Target.LOCAL, False), (Target.PRODUCTION, True)])
def test_snowflake_is_imported_under_its_targets_only(tmp_path: Path, target: Target, is_imported: bool) -> None:
    environ = {"PATH": "/usr/bin", "CDP_TARGET": target, "CDP_HOME": str(tmp_path)} | ACCOUNT
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], env=environ, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    names = {"snowflake.connector", "dagster_snowflake", "cdp_platform.warehouse.snowflake"}
    assert names & modules == (names if is_imported else set())


def test_a_session_has_key_pair_role_warehouse_and_a_tag_that_names_asset_and_run(tmp_path: Path) -> None:
    settings = _settings(Target.PRODUCTION, tmp_path)
    asked = SnowflakeWarehouse(settings, run_id="r-1").arguments("landing stripe", Workload.LOAD)
    assert asked["private_key_file"] == "key.p8"
    assert asked["authenticator"] == "SNOWFLAKE_JWT"
    assert "password" not in asked
    assert (asked["role"], asked["warehouse"]) == ("CDP_PLATFORM", "CDP_LOAD")
    tag = json.loads(asked["session_parameters"]["QUERY_TAG"])
    assert tag == {"app": "cdp", "run": "r-1", "asset": "landing stripe"}
    assert asked["session_parameters"]["TIMEZONE"] == "UTC"


def test_dagsters_resource_gets_the_same(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path / "key.p8"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    settings = _settings(
        Target.PRODUCTION, tmp_path, SNOWFLAKE_PRIVATE_KEY_FILE=str(file), SNOWFLAKE_PRIVATE_KEY_PASSPHRASE="secret"
    )
    asked = SnowflakeWarehouse(settings).arguments("a model", Workload.BUILD)
    given = account(asked)._connection_args
    assert given["private_key"], "the key was not read"
    assert given["warehouse"] == "CDP_BUILD"
    assert given["session_parameters"] == asked["session_parameters"]
    assert "secret" not in repr(settings), "the passphrase shows"


def test_what_is_missing_is_said_when_somebody_connects_and_not_before(tmp_path: Path) -> None:
    settings = load_settings({"CDP_TARGET": "production", "CDP_HOME": str(tmp_path)})
    with pytest.raises(
        NotConfigured, match=r"SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER, SNOWFLAKE_PRIVATE_KEY_FILE; docs/prod"
    ):
        parameters(settings)
    with pytest.raises(OnlyOnDuckDB, match="the warehouse is no file"):
        _ = SnowflakeWarehouse(settings).file


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (250001, "SNOWFLAKE_ACCOUNT"), (390144, "public key"), (606, "resume it"), (630, "larger warehouse"),
        (3001, "the grants of docs/production.md"),
    ],
)  # fmt: skip
def test_an_error_of_the_account_names_the_remedy(number: int, remedy: str) -> None:
    assert remedy in str(failed(ProgrammingError(msg="refused", errno=number)))


ENGINES = re.compile(r"\b(duckdb|snowflake)\b", re.IGNORECASE)
NAMING = {
    "cdp_platform/assets/account.py": "the account as Dagster's resource",
    "cdp_platform/assets/dbt_runner.py": "dbt-duckdb holds the file until it is told to let go",
    "cdp_platform/assets/engine.py": "kinds",
    "cdp_platform/assets/extracts.py": "kinds",
    "cdp_platform/assets/identity.py": "kinds",
    "cdp_platform/assets/ledgers.py": "kinds",
    "cdp_platform/accounts.py": "the settings of the account",
    "cdp_platform/assets/manifest.py": "the database that the parsed project names",
    "cdp_platform/assets/publish.py": "kinds",
    "cdp_platform/cli/data.py": "the dialect of what people ask",
    "cdp_platform/cli/errors.py": "errors by their full names",
    "cdp_platform/cli/stopping.py": "what an interrupted DuckDB does",
    "cdp_platform/cli/summary.py": "the demo, which is on DuckDB",
    "cdp_platform/environment.py": "the settings of both",
}
"""Outside `warehouse/`: where an engine is named, and why. `identity/` compares in DuckDB on every target, `landing/`
parses in it, and `serving/` reads what is published on DuckDB."""


def test_few_places_name_an_engine() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for folder in ("cdp_platform", "asset_checks")
        for path in (PROJECT / folder).rglob("*.py")
        if any(ENGINES.search(line) for line in path.read_text().splitlines() if not line.lstrip().startswith('"""'))
    }
    apart = ("warehouse", "identity", "landing", "serving", "simulator")
    assert {path for path in found if path.split("/")[1] not in apart} == set(NAMING)
