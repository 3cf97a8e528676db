"""Which files a delivery consists of.

Here: the landing zone's layout, finished files in name order, their hashes. Not here: what is in them.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cdp_platform.sources import SOURCES, Source, Stream

FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".jsonl.gz": "jsonl.gz", ".csv": "csv"}


@dataclass(frozen=True)
class LandedFile:
    """One finished file of a stream."""

    path: Path
    format: str

    @property
    def name(self) -> str:
        """The name it is remembered by."""
        return self.path.name

    def sha256(self) -> str:
        """The hash that tells a new delivery from a known one."""
        with self.path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()


def format_of(path: Path) -> str | None:
    """The declared format of a file name, or None where the landing zone ignores it."""
    return next((format for suffix, format in FORMATS.items() if path.name.lower().endswith(suffix)), None)


def stream_folders(landing: Path, source: Source, stream: Stream) -> list[Path]:
    """The folders that hold the stream: its name in any case."""
    root = landing / source.name
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name.lower() == stream.table)


def files_of(landing: Path, source: Source, stream: Stream) -> list[LandedFile]:
    """Finished files of a stream in name order."""
    found = [
        LandedFile(path, format)
        for folder in stream_folders(landing, source, stream)
        for path in folder.iterdir()
        if path.is_file() and (format := format_of(path)) is not None
    ]
    return sorted(found, key=lambda file: (file.name, str(file.path)))


def control_files(landing: Path, source: Source) -> dict[str, Path]:
    """The vendor's control totals per stream table name."""
    folder = landing / source.name / "_control"
    if not folder.is_dir():
        return {}
    return {path.stem.lower(): path for path in sorted(folder.glob("*.csv"))}


def unknown_folders(landing: Path) -> list[str]:
    """Folders of the landing zone that no declared source or stream reads: most likely a misspelling."""
    known = {source.name: {stream.table for stream in source.streams} | {"_control"} for source in SOURCES}
    unknown = []
    for folder in sorted(path for path in landing.iterdir() if path.is_dir()) if landing.is_dir() else []:
        if folder.name not in known:
            unknown.append(folder.name)
            continue
        unknown += [
            f"{folder.name}/{child.name}"
            for child in sorted(folder.iterdir())
            if child.is_dir() and child.name.lower() not in known[folder.name]
        ]
    return unknown
