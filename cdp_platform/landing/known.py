"""Which files are new: remembered by hash, and by what the file system says as long as that has not changed.

Here: telling a new delivery from one that was loaded. Not here: where files lie (`files`), what is in them (`readers`).
"""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cdp_platform.landing.files import LandedFile, files_of
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.connection import Connection

SETTLED_NANOSECONDS = 2_000_000_000


@dataclass(frozen=True)
class NewFile:
    """A file to load: `sha256` identifies the delivery, `fingerprint` the file as it lay there at `taken_at`."""

    file: LandedFile
    name: str
    sha256: str
    fingerprint: str | None
    taken_at: datetime


@dataclass
class Known:
    """The deliveries of a stream so far: their hashes, and per file name its hashes in order and last fingerprint."""

    hashes: set[str] = field(default_factory=set)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    fingerprints: dict[str, str | None] = field(default_factory=dict)

    def add(self, name: str, sha256: str, fingerprint: str | None) -> None:
        """One more delivery."""
        self.hashes.add(sha256)
        self.by_name.setdefault(name, []).append(sha256)
        self.fingerprints[name] = fingerprint


def known_deliveries(connection: Connection, source: Source) -> dict[str, Known]:
    """What was loaded, per stream table name."""
    known: dict[str, Known] = {stream.table: Known() for stream in source.streams}
    for stream, name, sha256, fingerprint in connection.execute(
        "SELECT stream, file_name, sha256, fingerprint FROM ops.landed_file WHERE source_system = ? "
        "ORDER BY delivery_id",
        [source.name],
    ).fetchall():
        known.setdefault(stream, Known()).add(name, sha256, fingerprint)
    return known


def new_files(landing: Path, source: Source, stream: Stream, known: Known) -> tuple[list[NewFile], dict[str, str]]:
    """The files that are no delivery yet, in name order; and changed fingerprints of known ones, by sha256."""
    new, touched = [], {}
    for file in files_of(landing, source, stream):
        taken_at = datetime.now(UTC)
        try:
            fingerprint = _fingerprint(file.path)
            if fingerprint is not None and known.fingerprints.get(file.name) == fingerprint:
                continue
            sha256 = delivery_hash(file, stream, known)
        except FileNotFoundError:
            continue  # its owner took it away
        if sha256 not in known.hashes:
            known.add(file.name, sha256, fingerprint)
            new.append(NewFile(file, file.name, sha256, fingerprint, taken_at))
        elif fingerprint is not None and sha256 in known.by_name.get(file.name, [])[-1:]:
            touched[sha256] = fingerprint
    return new, touched


def delivery_hash(file: LandedFile, stream: Stream, known: Known) -> str:
    """What a delivery is remembered by: the hash of its bytes.

    Where every file is a full list, going back to an earlier list means something, so there the name and how often it
    was delivered count as well.
    """
    digest = file.sha256()
    if stream.deletes is not Deletes.ABSENCE:
        return digest
    earlier = known.by_name.get(file.name, [])
    unchanged = _snapshot_hash(file.name, digest, len(earlier) - 1)
    return unchanged if earlier[-1:] == [unchanged] else _snapshot_hash(file.name, digest, len(earlier))


def _snapshot_hash(name: str, digest: str, position: int) -> str:
    return hashlib.sha256(f"{name}\n{position}\n{digest}".encode()).hexdigest()


def _fingerprint(path: Path) -> str | None:
    """Size, times and inode; None while the file is so fresh that writing it again might leave all of them."""
    stat = path.stat()
    if time.time_ns() - stat.st_ctime_ns < SETTLED_NANOSECONDS:
        return None
    return f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ctime_ns}-{stat.st_ino}"
