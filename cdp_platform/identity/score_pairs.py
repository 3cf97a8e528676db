"""The match weight of candidate pairs: Splink's Fellegi-Sunter model with term frequencies, on in-process DuckDB.

Here: levels and weights of given pairs. Not here: which pairs are looked at (`block`), or what a weight decides.

Source of the method: Fellegi and Sunter, A Theory for Record Linkage (1969); Winkler's frequency-based matching; as
Splink 5 implements them.
"""

import re
from collections.abc import Callable, Sequence

import polars as pl

from cdp_platform.identity.compare import MISSING, Comparison
from cdp_platform.identity.engine import engine
from cdp_platform.identity.model import COMPARISONS, SMALL_SAMPLE, Model
from cdp_platform.identity.population import Population

# So many pairs at once stay within the engine's memory, their values included.
_AT_ONCE = 500_000
RECORDS = "records"


def scored(
    keys: pl.DataFrame,
    pairs: pl.DataFrame,
    model: Model,
    population: Population,
    prepared: Callable[[pl.DataFrame, Population], pl.DataFrame],
) -> pl.DataFrame:
    """The pairs (`a`, `b`) with the level of every comparison, their match `weight` in bits and `fields`.

    `population`: see `count_values`. `prepared`: adds to keys what else the comparisons read; called for the records of
    the pairs only. `fields`: what every field that could be compared adds, as `email +17.9, given -2.1`. Sorted by `a`
    and `b`. Raises UnusableModel.
    """
    from splink import DuckDBAPI, Linker

    class Quiet(Linker):
        """Without the check of settings, which only logs, and takes as long as weighing a few pairs."""

        def _validate_settings(self, validate_settings: bool) -> None: ...

    comparisons = COMPARISONS[model.record_type]
    if pairs.is_empty():
        texts = dict.fromkeys([c.name for c in comparisons], pl.String)
        return pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32, **texts, "weight": pl.Float64, "fields": pl.String})
    needed = pl.concat([pairs["a"], pairs["b"]]).unique()
    part = prepared(keys.filter(pl.col("row").is_in(needed.implode())), population)
    part = part.select(name for name in part.columns if name == "row" or name in _columns(comparisons))
    found = []
    with engine() as connection:
        api = DuckDBAPI(connection=connection)
        told = api.register(part.to_arrow(), dataset_display_name="keys")
        linker = Quiet(told, model.settings(population.total(RECORDS)), log_level=None)
        for key in _frequencies(comparisons):
            shares = api.register(_shares(part[key], population).to_arrow(), dataset_display_name=f"share_of_{key}")
            linker.table_management.register_term_frequency_lookup(shares, key)
        for number, some in enumerate(pairs.iter_slices(_AT_ONCE)):
            keyed = some.select(join_key_l="a", join_key_r="b", match_key=pl.lit("0"))
            asked = api.register(keyed.to_arrow(), dataset_display_name=f"pairs_{number}")
            linker.table_management.register_blocked_pairs_for_predict(asked)
            predicted = linker.inference.predict(warning_mode="never")
            found.append(connection.sql(_told(comparisons, predicted.physical_name)).pl())
            predicted.drop_table_from_database_and_remove_from_cache()
    return pl.concat(found).sort("a", "b")


def _columns(comparisons: Sequence[Comparison]) -> set[str]:
    """The keys that the comparisons read."""
    texts = [
        comparison.missing + " ".join(level.condition for level in comparison.levels) for comparison in comparisons
    ]
    return set(re.findall(r"\b([a-z_]+)_[lr]\b", " ".join(texts)))


def _frequencies(comparisons: Sequence[Comparison]) -> list[str]:
    return [level.frequency for comparison in comparisons for level in comparison.levels if level.frequency]


def count_values(keys: pl.DataFrame, comparisons: Sequence[Comparison], population: Population) -> None:
    """Count what weights rest on: how many records there are, have a value, and have one at all."""
    population.number(RECORDS, keys.height)
    for key in _frequencies(comparisons):
        population.count(key, keys[key])
        population.number(_having(key), keys[key].count())


def totals_moved(comparisons: Sequence[Comparison], population: Population) -> bool:
    """True where a number moved on which every weight rests."""
    return any(len(population.moved(name)) for name in (RECORDS, *map(_having, _frequencies(comparisons))))


def _having(key: str) -> str:
    return f"records with {key}"


def _shares(values: pl.Series, population: Population) -> pl.DataFrame:
    """Every value's share of the records that have one."""
    key = values.name
    occurring = pl.col("value").is_in(values.cast(pl.String).unique().implode())
    share = pl.col("records") / max(population.total(_having(key)), SMALL_SAMPLE)
    value = pl.col("value").str.to_date("%Y-%m-%d") if values.dtype == pl.Date else pl.col("value")
    return population.of(key).filter(occurring).select(value.alias(key), share.alias(f"tf_{key}"))


def _told(comparisons: Sequence[Comparison], predicted: str) -> str:
    levels, fields = [], []
    for comparison in comparisons:
        name, best = comparison.name, len(comparison.levels)
        cases = " ".join(f"WHEN {best - i} THEN '{level}'" for i, level in enumerate(comparison.level_names))
        levels.append(f"CASE gamma_{name} {cases} ELSE '{MISSING}' END AS \"{name}\"")
        rare = f" + mw_tf_adj_{name}" if any(level.frequency for level in comparison.levels) else ""
        fields.append(f"CASE WHEN gamma_{name} >= 0 THEN format('{name} {{:+.1f}}', mw_{name}{rare}) END")
    return (
        f"SELECT row_l AS a, row_r AS b, {', '.join(levels)}, round(match_weight, 6) AS weight,"
        f" concat_ws(', ', {', '.join(fields)}) AS fields FROM {predicted} ORDER BY a, b"
    )


def probability() -> pl.Expr:
    """The probability that a pair of this `weight` is one party (0 to 1)."""
    return 1 / (1 + pl.lit(2.0).pow(-pl.col("weight")))
