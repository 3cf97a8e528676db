"""How right a crosswalk is, against the truth.

Here: pairwise precision, recall (over all true pairs, and over the reachable ones), F1 and the duplicates left, per
record type; and the share of pairs that no person must decide. Not here: what is reachable (`reachable`), where the
truth comes from.
"""

import polars as pl

from cdp_platform.identity.rules import UNDECIDED

SCORE_SCHEMA = {
    "record_type": pl.String,
    "records": pl.Int64,
    "true_entities": pl.Int64,
    "customer_ids": pl.Int64,
    "true_pairs": pl.Int64,
    "found_pairs": pl.Int64,
    "correct_pairs": pl.Int64,
    "precision": pl.Float64,
    "recall": pl.Float64,
    "f1": pl.Float64,
    "missed_pairs": pl.Int64,
    "surplus_ids": pl.Int64,
    "duplicate_rate": pl.Float64,
    "largest_cluster": pl.Int64,
    "largest_entity": pl.Int64,
}

REACHABLE_SCHEMA = {
    "reachable_pairs": pl.Int64,
    "correct_reachable": pl.Int64,
    "reachable_recall": pl.Float64,
}
"""What `pairwise` says besides, where it knows which records evidence connects."""

DECIDED_SCHEMA = {
    "record_type": pl.String,
    "candidate_pairs": pl.Int64,
    "undecided_pairs": pl.Int64,
    "decided_share": pl.Float64,
}


def pairwise(crosswalk: pl.DataFrame, truth: pl.DataFrame, parts: pl.DataFrame | None = None) -> pl.DataFrame:
    """The accuracy of a crosswalk per record type, over the records that the truth knows.

    `crosswalk`: `source_record_id`, `record_type`, `customer_id`. `truth`: `source_record_id`, `entity_id`. `parts`: as
    `reachable_parts` returns them; with them the columns of `REACHABLE_SCHEMA` come too.

    A pair is two different records of one type. It is *true* if both are one entity, *found* if both have one customer
    id, *correct* if both hold. precision = correct / found (1 where nothing was found), recall = correct / true (1
    where nothing was to be found), f1 = their harmonic mean; missed = true - correct. *Duplicates left*: an entity with
    n customer ids has n - 1 too many; `surplus_ids` is their sum and `duplicate_rate` their share of all
    (entity, customer id) combinations. A true pair is *reachable* if a chain of shared evidence connects it (see
    `reachable_parts`); reachable_recall = correct and reachable / reachable. Counted from the contingency table, pairs
    are never enumerated.
    """
    placed = crosswalk.select("source_record_id", "record_type", "customer_id").join(
        truth.select("source_record_id", "entity_id"), on="source_record_id"
    )
    if parts is not None:
        placed = placed.join(parts, on="source_record_id")

    def pairs(*by: str) -> pl.DataFrame:
        sized = placed.group_by("record_type", *by).agg(pl.len().cast(pl.Int64).alias("size"))
        return sized.group_by("record_type").agg(
            (pl.col("size") * (pl.col("size") - 1) // 2).sum().alias("pairs"),
            pl.len().cast(pl.Int64).alias("groups"),
            pl.col("size").max().alias("largest"),
            pl.col("size").sum().alias("records"),
        )

    true = pairs("entity_id").rename({"pairs": "true_pairs", "groups": "true_entities", "largest": "largest_entity"})
    found = pairs("customer_id").rename(
        {"pairs": "found_pairs", "groups": "customer_ids", "largest": "largest_cluster"}
    )
    both = pairs("entity_id", "customer_id").rename({"pairs": "correct_pairs", "groups": "combinations"})
    table = true.join(found.drop("records"), on="record_type").join(
        both.select("record_type", "correct_pairs", "combinations"), on="record_type"
    )
    table = table.with_columns(
        precision=_share("correct_pairs", "found_pairs"),
        recall=_share("correct_pairs", "true_pairs"),
        missed_pairs=pl.col("true_pairs") - pl.col("correct_pairs"),
        surplus_ids=pl.col("combinations") - pl.col("true_entities"),
    ).with_columns(
        f1=pl.when(pl.col("precision") + pl.col("recall") > 0)
        .then(2 * pl.col("precision") * pl.col("recall") / (pl.col("precision") + pl.col("recall")))
        .otherwise(0.0),
        duplicate_rate=pl.col("surplus_ids") / pl.col("combinations"),
    )
    schema = SCORE_SCHEMA
    if parts is not None:
        reachable = pairs("part").select("record_type", reachable_pairs="pairs")
        correct = pairs("part", "customer_id").select("record_type", correct_reachable="pairs")
        table = table.join(reachable, on="record_type").join(correct, on="record_type")
        table = table.with_columns(reachable_recall=_share("correct_reachable", "reachable_pairs"))
        schema = SCORE_SCHEMA | REACHABLE_SCHEMA
    return table.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort("record_type")


def decided_share(edges: pl.DataFrame) -> pl.DataFrame:
    """Per record type, the pairs for which a rule or a person spoke, and the share that no person is asked about.

    `edges`: `record_a`, `record_b`, `record_type`, `status`. A pair is undecided if every edge of it is.
    """
    pairs = edges.group_by("record_type", "record_a", "record_b").agg(
        (pl.col("status") == UNDECIDED).all().alias("undecided")
    )
    counted = pairs.group_by("record_type").agg(
        pl.len().alias("candidate_pairs"), pl.col("undecided").sum().alias("undecided_pairs")
    )
    counted = counted.with_columns(decided_share=1 - pl.col("undecided_pairs") / pl.col("candidate_pairs"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in DECIDED_SCHEMA.items()).sort("record_type")


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole)).otherwise(1.0)
