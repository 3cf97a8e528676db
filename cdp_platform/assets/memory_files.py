"""The memory of identity as a folder of Parquet files: a cache, without which the next run merely takes longer.

Here: reading and writing it. Not here: what it holds (`identity.memory`).
"""

import logging
import shutil
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from cdp_platform.identity import Memory

MEMORY_FOLDER = "identity_memory"

_log = logging.getLogger("cdp.identity")


def read_memory(folder: Path) -> Memory | None:
    """What the last run left in the folder; None, with a word in the log, where it left nothing that can be read."""
    if not folder.is_dir():
        return None
    try:
        memory = Memory(**{name: pl.scan_parquet(folder / f"{name}.parquet") for name in Memory.names()})
        for frame in memory.frames().values():
            frame.collect_schema()
    except (FileNotFoundError, PolarsError) as error:
        _log.warning("%s cannot be read, so all records are compared anew: %s", folder, str(error).splitlines()[0])
        return None
    return memory


def write_memory(folder: Path, memory: Memory) -> None:
    """Replace the folder. Interrupted, it leaves the earlier memory, or none."""
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name, frame in memory.frames().items():
        frame.collect().write_parquet(beside / f"{name}.parquet")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
