"""What a system hands out: the versions of one stream's records, each with the moment it could first be delivered.

Here: `Rows`, the form in which `simulator/<source>.py` gives its streams to `delivery`. Not here: files.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints


@dataclass(frozen=True)
class Rows:
    """Every version of a stream's records until the horizon.

    `frame` has the stream's declared columns in the vendor's spelling; text columns of JSON may be structs. `at`:
    second of each version. `may_be_late`: whether single rows may arrive a day late; not where rows of several
    streams belong together. `entity` and `record_type` tell for party records which entity each row is truly of.
    """

    stream: str
    frame: pl.DataFrame
    at: Ints
    may_be_late: bool = False
    entity: pl.Series | None = None
    record_type: pl.Series | None = None


def staged(stages: list[tuple[Ints, Ints, pl.DataFrame]]) -> tuple[pl.DataFrame, Ints, Ints]:
    """Join the stages of records' lives: (record, second, columns) of each, as one frame by record and second."""
    record = np.concatenate([r for r, _, _ in stages])
    at = np.concatenate([a for _, a, _ in stages])
    order = np.lexsort((np.repeat(np.arange(len(stages)), [len(r) for r, _, _ in stages]), at, record))
    return pl.concat([frame for _, _, frame in stages])[order], record[order], at[order]
