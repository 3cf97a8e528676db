"""The recordlinkage toolkit without labels: its ECM classifier, which learns Fellegi-Sunter weights by itself.

Here: exact and Jaro-Winkler comparisons at the thresholds of its documentation, the classifier as it comes. Not here:
the pairs that it looks at (`blocks`).
"""

import pandas as pd
import polars as pl
import recordlinkage

from cdp_platform.identity.schema import ORGANIZATION
from tests.accuracy.blocks import BLOCKS, usable

THRESHOLD = 0.5
"""Where the classifier itself draws the line."""
ALIKE = 0.85
FULL = 0.4
"""A column that fewer of the records have is not compared: a missing value counts as a different one, and the
classifier would learn who fills in forms. Of 0.01, 0.2 and 0.4 the share with the best F1 on our data."""
SPELT = {ORGANIZATION: ("name", "street", "city"), "person": ("first", "last", "street", "city", "employer")}
EXACT = ("email", "domain", "phone", "tax_id", "postal", "device", "birth_date")


def pairs(keys: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The pairs (`a`, `b`) of the blocks, with the classifier's `probability`."""
    rows = pd.DataFrame(keys.drop("row").to_dict(as_series=False), index=keys["row"].to_list())
    index = recordlinkage.Index()
    for block in BLOCKS[kind]:
        if usable(block, keys):
            index.block(list(block))
    full = {column for column in keys.columns if keys[column].count() >= FULL * keys.height}
    compare = recordlinkage.Compare()
    for column in SPELT[kind]:
        if column in full:
            compare.string(column, column, method="jarowinkler", threshold=ALIKE, label=column)
    for column in EXACT:
        if column in full:
            compare.exact(column, column, label=column)
    agreements = compare.compute(index.index(rows), rows).astype(int)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(agreements)
    found = classifier.prob(agreements)
    a, b = (found.index.get_level_values(side).to_numpy() for side in (0, 1))
    return pl.DataFrame({"a": a, "b": b, "probability": found.to_numpy()}).cast({"a": pl.UInt32, "b": pl.UInt32})
