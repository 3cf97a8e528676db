"""dbt's manifest: parsed once per state of the project, shared by every run and every home.

Here: knowing when it is stale, and loading it. Not here: running dbt (`dbt_runner`).
"""

import hashlib
import logging
from functools import cache
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from filelock import FileLock

from cdp_platform.environment import PROJECT, Settings, bind_dbt

DBT_PROJECT = PROJECT / "cdp_dbt"
TARGET = DBT_PROJECT / "target"
"""Where the project is parsed to for a laptop; for another engine and database in a folder of its own inside."""
_log = logging.getLogger("cdp.dbt")


class DbtProjectBroken(RuntimeError):
    """The dbt project does not parse; the message is dbt's."""


@cache
def manifest_file(settings: Settings) -> Path:
    """The path of an up-to-date manifest.json; parses the project if it changed. Raises DbtProjectBroken."""
    target = _target(settings)
    target.mkdir(parents=True, exist_ok=True)
    fingerprint, stamp = _fingerprint(), target / "fingerprint"
    with FileLock(target / "parse.lock"):
        if not stamp.exists() or stamp.read_text() != fingerprint or not (target / "manifest.json").exists():
            _log.info("parsing the dbt project")
            _parse(settings, target)
            stamp.write_text(fingerprint)
    return target / "manifest.json"


def _target(settings: Settings) -> Path:
    return TARGET / f"snowflake-{settings.snowflake.database.lower()}" if settings.is_on_snowflake else TARGET


def parsed_manifest(settings: Settings) -> Manifest:
    """A fresh copy of the parsed manifest, so that dbt need not parse again: a run may change its copy."""
    manifest_file(settings)
    manifest: Manifest = Manifest.from_msgpack(
        (_target(settings) / "partial_parse.msgpack").read_bytes(), decoder=extended_mashumuro_decoder
    )
    manifest.build_flat_graph()
    return manifest


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        inside = path.relative_to(DBT_PROJECT)
        if path.is_file() and inside.parts[0] not in ("target", "logs"):
            digest.update(f"{inside}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _parse(settings: Settings, target: Path) -> None:
    bind_dbt(settings)
    for stale in ("partial_parse.msgpack", "manifest.json"):
        (target / stale).unlink(missing_ok=True)
    result = dbtRunner().invoke(
        [
            "--quiet",
            "--log-level",
            "error",
            "--log-path",
            str(target / "logs"),
            "parse",
            "--no-partial-parse",
            "--project-dir",
            str(DBT_PROJECT),
            "--profiles-dir",
            str(DBT_PROJECT),
            "--target-path",
            str(target),
            "--target",
            settings.target.value,
        ]
    )
    if not result.success:
        raise DbtProjectBroken(f"the dbt project in {DBT_PROJECT.name}/ does not parse: {result.exception}")
