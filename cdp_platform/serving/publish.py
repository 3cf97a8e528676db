"""Publishing: a new version beside the old ones, one file per role, and a pointer that is swapped at once.

Here: writing, listing, rolling back, pruning. Not here: whether a version may be published (`gate` in the assets).
"""

import json
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cdp_platform.environment import Settings
from cdp_platform.landing.files import make_durable
from cdp_platform.warehouse.connection import Columns
from cdp_platform.warehouse.duckdb import STORAGE_VERSION, Connection, beside, quote, scalar

KEPT_VERSIONS = 7
MASKED_TEXT = "'***'"


class Role(StrEnum):
    """Who reads: `restricted` sees personal data, `internal` sees it masked."""

    RESTRICTED = "restricted"
    INTERNAL = "internal"


class NothingPublished(LookupError):
    """There is no published version yet, or not the one asked for."""


@dataclass(frozen=True)
class Version:
    """A published version: its name, the moment its models took for now, and when it was published."""

    name: str
    as_of: datetime
    published_at: datetime
    is_current: bool


def versions_folder(settings: Settings) -> Path:
    """Where the versions are."""
    return settings.published / "versions"


def pointer(settings: Settings) -> Path:
    """The file that names the current version."""
    return settings.published / "current"


def publish(
    settings: Settings,
    connection: Connection,
    relations: Mapping[str, Columns],
    *,
    name: str,
    as_of: datetime,
    published_at: datetime,
) -> int:
    """Write the relations (`schema.table` to columns) as version `name` and point to it; returns their rows in all.

    Nothing is visible to readers before all of it is on disk.
    """
    versions_folder(settings).mkdir(parents=True, exist_ok=True)
    for broken_off in versions_folder(settings).glob(".*.tmp"):
        shutil.rmtree(broken_off)
    building = versions_folder(settings) / f".{name}.tmp"
    # Nobody else looks in while personal data is being written.
    building.mkdir(mode=0o700)
    with ThreadPoolExecutor() as together:
        writing = [together.submit(_write_role, connection, relations, building, role) for role in Role]
        [rows] = {written.result() for written in writing}
    facts = {"as_of": as_of.isoformat(), "published_at": published_at.isoformat()}
    (building / "version.json").write_text(json.dumps(facts))
    final = versions_folder(settings) / name
    shutil.rmtree(final, ignore_errors=True)
    building.chmod(0o755)
    building.rename(final)
    make_durable(final)
    make_durable(final.parent)
    _point(settings, name)
    for old in versions(settings)[KEPT_VERSIONS:]:
        if not old.is_current:
            shutil.rmtree(versions_folder(settings) / old.name)
    return rows


def _write_role(connection: Connection, relations: Mapping[str, Columns], folder: Path, role: Role) -> int:
    rows = 0
    file = folder / f"{role}.duckdb"
    path = str(file).replace("'", "''")
    published = f"published_{role}"
    with beside(connection) as writing:
        writing.execute(f"ATTACH '{path}' AS {published} (STORAGE_VERSION '{STORAGE_VERSION}')")
        try:
            for schema in sorted({relation.split(".")[0] for relation in relations}):
                writing.execute(f"CREATE SCHEMA {published}.{schema}")
            for relation, columns in relations.items():
                listed = ", ".join(
                    f"{_masked(name, column.type)} AS {quote(name)}"
                    if column.is_personal and role is Role.INTERNAL
                    else quote(name)
                    for name, column in columns.items()
                )
                rows += int(scalar(writing, f"CREATE TABLE {published}.{relation} AS SELECT {listed} FROM {relation}"))
        finally:
            writing.execute(f"DETACH {published}")
    if role is Role.RESTRICTED:
        file.chmod(0o600)
    make_durable(file)
    return rows


def _masked(name: str, type_: str) -> str:
    if type_.upper().startswith(("VARCHAR", "TEXT")):
        return f"CASE WHEN {quote(name)} IS NOT NULL THEN {MASKED_TEXT} END"
    return f"CAST(NULL AS {type_})"


def _point(settings: Settings, name: str) -> None:
    temporary = pointer(settings).with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(name)
    make_durable(temporary)
    temporary.replace(pointer(settings))
    make_durable(settings.published)


def versions(settings: Settings) -> list[Version]:
    """All versions, newest first."""
    current = pointer(settings).read_text().strip() if pointer(settings).exists() else None
    found = []
    folder = versions_folder(settings)
    for path in folder.iterdir() if folder.is_dir() else ():
        facts_file = path / "version.json"
        if path.name.startswith(".") or not facts_file.exists():
            continue
        facts = json.loads(facts_file.read_text())
        found.append(
            Version(
                path.name,
                datetime.fromisoformat(facts["as_of"]),
                datetime.fromisoformat(facts["published_at"]),
                is_current=path.name == current,
            )
        )
    return sorted(found, key=lambda version: (version.published_at, version.name), reverse=True)


def rollback(settings: Settings, name: str | None = None) -> Version:
    """Point to version `name`, or to the one before the current. Raises NothingPublished."""
    known = versions(settings)
    if name is None:
        current = next((index for index, version in enumerate(known) if version.is_current), None)
        if current is None or current + 1 >= len(known):
            raise NothingPublished("there is no earlier version to roll back to; see `cdp publish list`")
        chosen = known[current + 1]
    else:
        matching = [version for version in known if version.name == name]
        if not matching:
            raise NothingPublished(f"there is no version '{name}'; see `cdp publish list`")
        chosen = matching[0]
    _point(settings, chosen.name)
    return next(version for version in versions(settings) if version.name == chosen.name)


def current_file(settings: Settings, role: Role = Role.INTERNAL) -> Path:
    """The published file to open. Raises NothingPublished."""
    if settings.is_on_snowflake:
        raise NothingPublished(
            f"on target '{settings.target}' what is published is Snowflake's schema PUBLISHED, and no file; ask there"
        )
    if not pointer(settings).exists():
        raise NothingPublished(
            f"nothing is published in {settings.home.name} yet; run `cdp demo` or `cdp refresh` first"
        )
    return versions_folder(settings) / pointer(settings).read_text().strip() / f"{role}.duckdb"
