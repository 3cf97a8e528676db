"""What one cluster may not hold: two tax ids, birth dates, generations, persons' given names, pins, or a never_match.

Here: the marks of records, and which marks of a component clash. Not here: how a component is then split.
"""

import polars as pl

from cdp_platform.identity.compare import DIFFERENT
from cdp_platform.identity.compare_names import name_levels
from cdp_platform.identity.components import components
from cdp_platform.identity.differences import dates_conflict, tax_ids_conflict
from cdp_platform.identity.rules import LICENSING

MARK_SCHEMA = {"row": pl.UInt32, "kind": pl.String, "value": pl.String}

_BIRTH_DATE, _FIRST_NAME = "birth_date", "first_name"
_BETWEEN = "|"
# Beyond so many values in one component any two different ones clash: comparing all would cost their square.
_MOST_VALUES = 1000


def is_forced() -> pl.Expr:
    """True for the edges that people decided."""
    return pl.col("rule") == "exception"


def is_licensing() -> pl.Expr:
    """True for the edges whose records may differ where a cluster else may not."""
    return pl.col("rule").is_in(LICENSING)


def record_marks(keys: pl.DataFrame) -> pl.DataFrame:
    """`row`, `kind`, `value` of every record's tax id, birth date, generation and (persons) full name."""
    values = {
        "tax_id": pl.col("tax_id"),
        "generation": pl.col("generation"),
        _BIRTH_DATE: pl.col("birth_date").dt.strftime("%Y-%m-%d"),
        _FIRST_NAME: pl.col("first") + _BETWEEN + pl.col("last") + _BETWEEN + pl.col("middle").fill_null(""),
    }
    kinds = [keys.select("row", pl.lit(kind).alias("kind"), value.alias("value")) for kind, value in values.items()]
    return pl.concat(kinds).filter(pl.col("value").is_not_null()).cast(MARK_SCHEMA)  # type: ignore[arg-type]


def clashes(marks: pl.DataFrame, labels: pl.Series, forced: pl.DataFrame, frequency: pl.DataFrame) -> pl.DataFrame:
    """The values that one component holds and may not: `component`, `kind`, `x`, `y`; both null where all clash.

    Two values of records that `forced` edges declare to be one, directly or through others, do not clash.
    """
    held = marks.with_columns(component=labels.gather(marks["row"]), number=pl.col("value").hash(seed=0))
    number = pl.col("number")  # most components hold one value of a kind, which is seen soonest by its number
    held = held.filter((number.min() != number.max()).over("component", "kind"))
    held = held.select("component", "kind", "value").unique()
    several = held.with_columns(values=pl.len().over("component", "kind")).filter(pl.col("values") > 1)
    crowded = several.filter(pl.col("values") > _MOST_VALUES).select("component", "kind").unique()
    several = several.filter(pl.col("values") <= _MOST_VALUES).drop("values")
    pairs = several.join(several, on=["component", "kind"], suffix="_y").filter(pl.col("value") < pl.col("value_y"))
    pairs = pairs.rename({"value": "x", "value_y": "y"})
    pairs = pairs.filter(_clash(pairs, frequency))
    if not forced.is_empty() and not pairs.is_empty():
        pairs = pairs.join(_licensed(marks, labels, forced), on=["component", "kind", "x", "y"], how="anti")
    return pl.concat([pairs, crowded], how="diagonal").sort("component", "kind", "x", "y")


def _clash(pairs: pl.DataFrame, frequency: pl.DataFrame) -> pl.Series:
    """Any two generations and decisions clash; tax ids, birth dates and names beyond what a typo explains."""
    is_date, is_name = pairs["kind"] == _BIRTH_DATE, pairs["kind"] == _FIRST_NAME

    def only(wanted: pl.Series, side: str) -> pl.Series:
        return pl.select(pl.when(wanted).then(pairs[side]).alias(side)).to_series()

    def part(side: str, number: int) -> pl.Series:
        return only(is_name, side).str.split(_BETWEEN).list.get(number, null_on_oob=True)

    dates = dates_conflict(*(only(is_date, side).str.to_date("%Y-%m-%d") for side in ("x", "y")))
    x, y = (
        pl.DataFrame({"first": part(side, 0), "last": part(side, 1), "middle": part(side, 2).replace("", None)})
        for side in ("x", "y")
    )
    names = name_levels(x, y, frequency)["given"] == DIFFERENT
    is_tax = pairs["kind"] == "tax_id"
    tax_ids = tax_ids_conflict(only(is_tax, "x"), only(is_tax, "y"))
    return (~is_date & ~is_name & ~is_tax) | (is_tax & tax_ids) | (is_date & dates) | (is_name & names)


def _licensed(marks: pl.DataFrame, labels: pl.Series, forced: pl.DataFrame) -> pl.DataFrame:
    groups = components(len(labels), forced)
    decided = pl.concat([forced["a"], forced["b"]]).unique()
    held = marks.filter(pl.col("row").is_in(decided.implode()))
    held = held.with_columns(component=labels.gather(held["row"]), group=groups.gather(held["row"]))
    held = held.select("component", "group", "kind", "value").unique()
    both = held.join(held, on=["component", "group", "kind"], suffix="_y")
    return both.select("component", "kind", x="value", y="value_y").unique()
