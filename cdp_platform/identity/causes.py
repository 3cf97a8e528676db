"""Why records changed their id: the evidence that joined them to others, the veto that parted them, a decision's end.

Here: the causes of this run's changes, from its edges. Not here: the events themselves (`history`).
"""

import polars as pl

from cdp_platform.identity.exceptions import EXPIRED, FORCE_MATCH, PIN_ID

_EXCEPTION = "exception"


def causes_of(edge: pl.DataFrame, now: pl.DataFrame, exceptions: pl.DataFrame) -> pl.DataFrame:
    """For every change from the id `was` to `customer_id`: `joined`, `parted` and `ended`, any of them null.

    `now`: `source_record_id`, `customer_id` and `was` of all records of the clusters concerned.
    `joined`: the rule of the best accepted edge to a record that was not `was`, or `exception <id>`. `parted`: the veto
    of the best vetoed edge to a record that `was` and went elsewhere, people's vetoes first. `ended`: an exception that
    is over and had declared what the change undoes, `exception <id> ended`.
    """
    placed = now.select("source_record_id", "customer_id", "was")
    changed = placed.filter(pl.col("was") != pl.col("customer_id"))
    touching = _from_changed(edge, changed).join(
        placed.rename({"source_record_id": "other", "was": "other_was", "customer_id": "other_id"}), on="other"
    )
    is_exception = pl.col("rule") == _EXCEPTION
    joining = touching.filter(
        (pl.col("status") == "accepted") & pl.col("other_was").ne_missing(pl.col("was"))
    ).with_columns(text=pl.when(is_exception).then(pl.lit("exception ") + pl.col("evidence")).otherwise("rule"))
    parting = touching.filter(
        (pl.col("status") == "vetoed")
        & (pl.col("other_was") == pl.col("was"))
        & (pl.col("other_id") != pl.col("customer_id"))
    ).with_columns(text="veto")
    joined, parted = (_strongest(frame, name) for frame, name in ((joining, "joined"), (parting, "parted")))
    causes = joined.join(parted, on=["was", "customer_id"], how="full", coalesce=True)
    return causes.join(_ended(changed, placed, exceptions), on=["was", "customer_id"], how="full", coalesce=True)


def _ended(changed: pl.DataFrame, placed: pl.DataFrame, exceptions: pl.DataFrame) -> pl.DataFrame:
    """The exceptions that are over, of records that left the id which they had by them; see `statuses`."""
    over = exceptions.filter(status=EXPIRED)
    pins = over.filter(action=PIN_ID).select("exception_id", was="customer_id", source_record_id="record_a")
    forced = over.filter(action=FORCE_MATCH).select("exception_id", "record_a", "record_b")
    both = forced
    for side in ("a", "b"):
        named = placed.select(pl.all().name.suffix(f"_{side}")).rename({f"source_record_id_{side}": f"record_{side}"})
        both = both.join(named, on=f"record_{side}")
    parted = both.filter((pl.col("was_a") == pl.col("was_b")) & (pl.col("customer_id_a") != pl.col("customer_id_b")))
    sides = [parted.select("exception_id", was=f"was_{x}", source_record_id=f"record_{x}") for x in ("a", "b")]
    left = pl.concat([pins, *sides]).join(changed, on=["was", "source_record_id"]).sort("exception_id")
    first = left.unique(["was", "customer_id"], keep="first", maintain_order=True)
    return first.select("was", "customer_id", ended=pl.lit("exception ") + pl.col("exception_id") + " ended")


def _from_changed(edge: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    columns = ("rule", "confidence", "evidence", "status", "veto")
    sides = [
        edge.select(*columns, source_record_id=a, other=b)
        for a, b in (("record_a", "record_b"), ("record_b", "record_a"))
    ]
    return pl.concat([side.join(changed, on="source_record_id") for side in sides])


def _strongest(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    by_people = pl.col("text").str.contains(r"^(exception|never_match|exclude|pin_id)\b")
    ordered = frame.with_columns(by_people=by_people).sort(
        ["was", "customer_id", "by_people", "confidence", "text"], descending=[False, False, True, True, False]
    )
    first = ordered.unique(["was", "customer_id"], keep="first", maintain_order=True)
    return first.select("was", "customer_id", pl.col("text").alias(name))
