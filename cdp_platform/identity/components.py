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
    smallest = np.full(count, size, dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(size))
    return pl.Series("component", smallest[labels], dtype=pl.UInt32)
