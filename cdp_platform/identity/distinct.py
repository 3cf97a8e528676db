"""Python functions over columns, called once per distinct value.

Here: the mapping of a column and of several columns. Not here: the functions.
"""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl


def map_distinct(values: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """`function` of every value of a text column; null stays null."""
    distinct = values.unique().drop_nulls()
    mapped = pl.Series([function(value) for value in distinct.to_list()], dtype=pl.String)
    return values.replace_strict(distinct, mapped, default=None, return_dtype=pl.String)


def map_rows(frame: pl.DataFrame, function: Callable[..., tuple[Any, ...]], schema: dict[str, Any]) -> pl.DataFrame:
    """`function` of every row's values, as the columns of `schema`, in the frame's order."""
    distinct = frame.unique(maintain_order=True)
    mapped = pl.DataFrame([function(*row) for row in distinct.iter_rows()], schema=schema, orient="row")
    return join_like(frame, pl.concat([distinct, mapped], how="horizontal"), frame.columns).select(*schema)


def join_like(left: pl.DataFrame, right: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """`left` with the columns of `right`, rows in the order of `left`; nulls match nulls."""
    return left.join(right, on=list(on), how="left", nulls_equal=True, maintain_order="left")
