"""Every system touches something every day, however small the company: keeps each stream as fresh as it declares to
be.

Here: touched records, which say nothing new but carry a new change time, for periods that would pass in silence; from
some weeks before the history's end on. Not here: real changes (`versions`).
"""

from dataclasses import replace

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Chance, Ints
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline, moments
from cdp_platform.sources.contract import Deletes, Stream

_EVENING = 20 * 3600
_LEAD = 50 * DAY


def with_heartbeat(rows: Rows, stream: Stream, timeline: Timeline, chance: Chance) -> Rows:
    """The rows and, for each period without news in its last evening, one standing record touched then."""
    oldest = stream.cadence.max_age
    if oldest is None or not len(rows.at):
        return rows
    when = _silent(rows.at, max((oldest.days - 1) // 2, 1), timeline, chance)
    newest_until = _valid_until(rows, stream)
    chosen, moment = [], []
    for second in when:
        standing = np.flatnonzero((rows.at < second) & (newest_until > second))
        if len(standing):
            chosen.append(int(standing[chance.rng.integers(0, len(standing))]))
            moment.append(int(second))
    if not chosen:
        return rows
    touched = rows.frame[chosen].with_columns(moments(np.array(moment)).alias(stream.cursor))
    return replace(
        rows,
        frame=pl.concat([rows.frame, touched]),
        at=np.concatenate([rows.at, np.array(moment)]),
        entity=None if rows.entity is None else pl.concat([rows.entity, rows.entity.gather(chosen)]),
        record_type=None
        if rows.record_type is None
        else pl.concat([rows.record_type, rows.record_type.gather(chosen)]),
    )


def _silent(at: Ints, every: int, timeline: Timeline, chance: Chance) -> Ints:
    """Evening moments of the periods of `every` days in which nothing changes; of single days, nothing in the
    evening."""
    first, last = (timeline.nominal_end - _LEAD) // DAY, timeline.horizon // DAY
    days = np.arange(first, last, every)
    late = at if every > 1 else at[at % DAY >= _EVENING]
    busy = np.unique((late // DAY - first) // every)
    silent = np.setdiff1d(np.arange(len(days)), busy)
    return days[silent] * DAY + _EVENING + chance.integers(0, DAY - _EVENING - 60, len(silent))


def _valid_until(rows: Rows, stream: Stream) -> Ints:
    """The second at which each row is superseded (NEVER: it is not); 0 for rows that delete."""
    names = rows.frame[stream.key[0]]
    same = (names == names.shift(-1)).fill_null(False).to_numpy()
    until = np.where(same, np.append(rows.at[1:], 0), NEVER)
    if stream.delete_column is None:
        return until
    gone = rows.frame[stream.delete_column]
    deleted = gone if stream.deletes is Deletes.FLAG else gone.is_not_null()
    return np.where(deleted.to_numpy(), 0, until)
