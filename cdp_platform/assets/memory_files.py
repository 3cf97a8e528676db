"""The memory of identity as a folder of Parquet files: a cache, without which the next run merely takes longer.

Here: reading and writing it. Not here: what it holds (`identity.memory`).
"""

import logging
import shutil
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

import polars as pl

from cdp_platform.identity import Memory

MEMORY_FOLDER = "identity_memory"
_SUMS = "SHA256SUMS"

_log = logging.getLogger("cdp.identity")


def read_memory(folder: Path) -> Memory | None:
    """What the last run left in the folder; None, with a word in the log, where it left nothing that can be read."""
    if not folder.is_dir():
        return None
    try:
        files = {name: folder / f"{name}.parquet" for name in Memory.names()}
        intact = (folder / _SUMS).read_bytes() == _sums(files.values())
    except FileNotFoundError as error:
        _log.warning("%s lacks %s, so all records are compared anew", folder, Path(error.filename).name)
        return None
    if not intact:
        _log.warning("%s is damaged, so all records are compared anew", folder)
        return None
    return Memory(**{name: pl.scan_parquet(file) for name, file in files.items()})


def write_memory(folder: Path, memory: Memory) -> None:
    """Replace the folder. Interrupted, it leaves the earlier memory, or none."""
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    files = {name: beside / f"{name}.parquet" for name in Memory.names()}
    for name, frame in memory.frames().items():
        frame.collect().write_parquet(files[name])
    (beside / _SUMS).write_bytes(_sums(files.values()))
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def _sums(files: Iterable[Path]) -> bytes:
    """The files' hashes, as sha256sum writes them: frames are read late in a run, where damage would end it."""
    found = []
    for file in files:
        with file.open("rb") as content:
            found.append(f"{file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
    return "".join(found).encode()
