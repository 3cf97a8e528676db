"""Which files a delivery consists of.

Here: the landing zone's layout, finished files in name order, their hashes, what lies where nobody reads it, and what
the platform's own writers call theirs. Not here: what is in them.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cdp_platform.sources import SOURCES, Source, Stream

FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".jsonl.gz": "jsonl.gz", ".csv": "csv"}
CONTROL = "_control"
RECEIVED = "webhook-"
"""What the name of a file begins with that a webhook receiver wrote: it is as large as what happened meanwhile."""
PULLED = "postgres-"
"""The same of one that was read from a database; a full list from there is called otherwise."""


def make_durable(path: Path) -> None:
    """Return when the disk has the file's content, or the folder's names: no power cut takes them back."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class LandedFile:
    """One finished file of a stream."""

    path: Path
    format: str

    @property
    def name(self) -> str:
        """The name it is remembered by."""
        return os.fsencode(self.path.name).decode("utf-8", "backslashreplace")

    def sha256(self) -> str:
        """The hash that tells a new delivery from a known one."""
        with self.path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()


def format_of(path: Path) -> str | None:
    """The declared format of a file name, or None where the landing zone ignores it."""
    return next((format for suffix, format in FORMATS.items() if path.name.lower().endswith(suffix)), None)


def files_of(landing: Path, source: Source, stream: Stream) -> list[LandedFile]:
    """Finished files of a stream in name order; its folder may be written in any case."""
    root = landing / source.name
    if not root.is_dir():
        return []
    found = [
        LandedFile(path, format)
        for folder in root.iterdir()
        if folder.name.lower() == stream.table and folder.is_dir()
        for path in folder.iterdir()
        if (format := format_of(path)) is not None and path.is_file()
    ]
    return sorted(found, key=lambda file: (file.name, str(file.path)))


def control_files(landing: Path, source: Source) -> dict[str, Path]:
    """The vendor's control totals per stream table name."""
    folder = landing / source.name / CONTROL
    if not folder.is_dir():
        return {}
    return {path.stem.lower(): path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"}


def unknown_folders(landing: Path) -> list[str]:
    """What nobody reads in the landing zone: folders of no source or stream, files of no format; likely misspelt."""
    known = {source.name: {stream.table for stream in source.streams} for source in SOURCES}
    unknown: list[str] = []
    for folder in _visible(landing):
        if folder.name not in known:
            unknown.append(folder.name)
            continue
        for child in _visible(folder):
            if not child.is_dir() or child.name.lower() not in known[folder.name] | {CONTROL}:
                unknown.append(f"{folder.name}/{child.name}")
            elif child.name == CONTROL:
                unknown += [
                    f"{folder.name}/{CONTROL}/{p.name}"
                    for p in _visible(child)
                    if not _is_control(p, known[folder.name])
                ]
            else:
                unknown += [
                    f"{folder.name}/{child.name}/{p.name}" for p in _visible(child) if p.is_dir() or not format_of(p)
                ]
    return unknown


def _is_control(path: Path, tables: set[str]) -> bool:
    return path.suffix.lower() == ".csv" and path.stem.lower() in tables


def _visible(folder: Path) -> Iterator[Path]:
    """Names in order; those that a writer has not finished, or that a file manager hides, left out."""
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if not p.name.startswith(".") and not p.name.endswith(".tmp"))
