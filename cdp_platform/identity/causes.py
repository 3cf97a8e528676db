"""Why records changed their id: the strongest evidence that joined them to others, or the veto that parted them.

Here: the causes of this run's changes, from its edges. Not here: the events themselves (`history`).
"""

import polars as pl

_EXCEPTION = "exception"


def causes_of(edge: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """For every change from the id `was` to `customer_id`: `joined` and `parted`, either of them null.

    `now`: `source_record_id`, `customer_id` and `was` of all records of the clusters concerned.
    `joined`: the rule of the best accepted edge to a record that was not `was`, or `exception <id>`. `parted`: the veto
    of the best vetoed edge to a record that `was` and went elsewhere, people's vetoes first.
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
    return joined.join(parted, on=["was", "customer_id"], how="full", coalesce=True)


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
