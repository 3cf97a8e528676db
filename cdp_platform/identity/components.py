"""Connected components of records over edges.

Here: the components, each named by its smallest row. Not here: which edges count, or how a component is split.
"""

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def components(size: int, found: pl.DataFrame) -> pl.Series:
    """The component of every row 0 … size - 1 over the edges (`a`, `b`), named by its smallest row."""
    a, b = found["a"].to_numpy(), found["b"].to_numpy()
    graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
    count, labels = connected_components(graph, directed=False)
    smallest = np.empty(count, dtype=np.int64)
    smallest[labels[::-1]] = np.arange(size)[::-1]  # of several rows the last is kept, and that is the smallest
    return pl.Series("component", smallest[labels], dtype=pl.UInt32)
