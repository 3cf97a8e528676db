"""What a run leaves for the next, so that only what changed is normalised and weighed again.

Here: the memory, what of it still holds for given records, and its making. Not here: which pairs a change touches
(`rejudge`), or where the frames are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from cdp_platform.identity.model import Model
from cdp_platform.identity.normalize import context_moved, count_context, match_keys, read_keys, settled_keys
from cdp_platform.identity.population import Population
from cdp_platform.identity.schema import RECORD_SCHEMA

_FINGERPRINT = "fingerprint"
_CONTEXT = ("city", "given_word", "family_word", "mailbox", "branch")
_VERSION = "version"


@dataclass(frozen=True)
class Memory:
    """Frames of one run, each with `record_type`, read when they are needed.

    `keys`: the match keys with the `fingerprint` of the record that they were made from. `shared`: the values that were
    no evidence. `judged`: pairs for which a rule holds, and what was judged of them. `compared`: all pairs that were
    looked at. `population`: the counts, see `Population`; among them the version of the model and of this package, by
    which all of it was made. The records of pairs are given by a number of their id.
    """

    keys: pl.LazyFrame
    shared: pl.LazyFrame
    judged: pl.LazyFrame
    compared: pl.LazyFrame
    population: pl.LazyFrame

    def of(self, model: Model) -> "Memory | None":
        """What there is of the model's record type; None where another model or another version made it."""
        part = Memory(**{name: frame.filter(record_type=model.record_type) for name, frame in self.frames().items()})
        version = part.population.filter(statistic=_VERSION).collect()["value"].to_list()
        return part if version == [_made_by(model)] else None

    @staticmethod
    def names() -> list[str]:
        """The names of the frames."""
        return [field.name for field in fields(Memory)]

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The frames by name."""
        return {name: getattr(self, name) for name in self.names()}

    def loaded(self) -> "Memory":
        """The same, read now: for whom the frames' files may be replaced meanwhile."""
        return Memory(**{name: frame.collect().lazy() for name, frame in self.frames().items()})

    @staticmethod
    def joined(parts: "Sequence[Memory]") -> "Memory":
        """The memories of several record types as one."""
        return Memory(**{name: pl.concat([part.frames()[name] for part in parts]) for name in Memory.names()})


@dataclass(frozen=True)
class Keys:
    """The match keys of today's records of one type, in their order, and the fingerprints of the records.

    `changed`: the rows with other keys than in the last run; all, where nothing is remembered.
    """

    keys: pl.DataFrame
    fingerprints: pl.Series
    population: Population
    changed: pl.Series


def keyed(records: pl.DataFrame, memory: Memory | None) -> Keys:
    """The keys of records of one type; the same with the `memory` of that type, but only what changed is normalised."""
    now = records.select("source_record_id", _fingerprint())
    if memory is None:
        population = Population()
        keys = match_keys(records, population)
        return Keys(keys, now[_FINGERPRINT], population, keys["row"])
    last = memory.keys.drop("record_type").collect()
    known = last.select("source_record_id", _FINGERPRINT).with_row_index("place")
    place = now.join(known, on=["source_record_id", _FINGERPRINT], how="left", maintain_order="left")["place"]
    changed, same = place.is_null().arg_true(), place.is_not_null().arg_true()
    kept, read = last.select(_CONTEXT)[place.gather(same)], read_keys(records[changed])
    population = Population(memory.population.drop("record_type").collect())
    count_context(pl.concat([part.select(_CONTEXT) for part in (kept, read)]), records, population)
    moved = same.filter(context_moved(kept, records["birth_date"].gather(same), population))
    settled = settled_keys(pl.concat([read, read_keys(records[moved])]), population)
    columns = [name for name in settled.columns if name != "record_type"]
    rows = pl.concat([changed, moved])
    place = place.scatter(rows, pl.Series(np.arange(len(rows)) + last.height, dtype=place.dtype))
    keys = pl.concat([last.select(columns), settled.select(columns)])[place]
    keys = keys.with_columns(records["record_type"]).select(settled.columns).with_row_index("row")
    return Keys(keys, now[_FINGERPRINT], population, rows)


def remembered(found: Keys, shared: pl.DataFrame, judged: pl.DataFrame, compared: pl.DataFrame, model: Model) -> Memory:
    """The memory of a run with the model; `judged` and `compared` by row number (`a`, `b`)."""
    kind = pl.lit(model.record_type).alias("record_type")
    version = pl.DataFrame({"statistic": [_VERSION], "value": [_made_by(model)], "records": [1]})
    population = found.population.frame()
    numbers = found.keys["source_record_id"].hash(seed=0)

    def by_record(pairs: pl.DataFrame) -> pl.DataFrame:
        return pairs.with_columns(kind, numbers.gather(pairs["a"]).alias("a"), numbers.gather(pairs["b"]).alias("b"))

    return Memory(
        keys=found.keys.drop("row").with_columns(found.fingerprints).lazy(),
        shared=shared.with_columns(kind).lazy(),
        judged=by_record(judged).lazy(),
        compared=by_record(compared).lazy(),
        population=pl.concat([population, version]).with_columns(kind).lazy(),
    )


def by_row(pairs: pl.LazyFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Remembered pairs by the row numbers (`a`, `b`) of today; without those of which a record is gone."""
    rows = keys.lazy().select("row", pl.col("source_record_id").hash(seed=0).alias("number"))
    for side in ("a", "b"):
        numbered = rows.rename({"number": side, "row": "today"})
        pairs = pairs.join(numbered, on=side).drop(side).rename({"today": side})
    return pairs.drop("record_type").collect()


def _made_by(model: Model) -> str:
    return f"{model.version} {code_version()}"


@cache
def code_version() -> str:
    """Twelve hex digits of this package's code and reference lists: keys and judgements of other ones are others."""
    package = Path(__file__).parent
    made_of = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".txt"))
    return sha256(b"\0".join(path.read_bytes() for path in made_of)).hexdigest()[:12]


def _fingerprint() -> pl.Expr:
    """One number of all that keys are made from."""
    read = [name for name in RECORD_SCHEMA if name not in ("created_at", "updated_at")]
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in read]
    return pl.concat_str(texts, separator="\x1f").hash(seed=0).alias(_FINGERPRINT)
