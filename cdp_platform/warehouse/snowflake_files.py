"""What goes to Snowflake in bulk: Parquet files, and the columns of the table that takes them.

Here: files and definitions. Not here: sending them (`snowflake_connection`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cdp_platform.warehouse.catalogue import snowflake_type


@dataclass(frozen=True)
class Files:
    """Parquet files, to be registered."""

    paths: list[Path]


def written(data: pa.Table, folder: Path) -> list[Path]:
    """The rows in a file of the folder, in a compression that `COPY INTO` reads."""
    path = folder / "rows.parquet"
    pq.write_table(data, path, compression="snappy")
    return [path]


def definitions(files: Files) -> str:
    """The columns that hold all of the files, as SQL."""
    types: Mapping[str, str] = {
        field.name: snowflake_type(field.type) for path in files.paths for field in pq.read_schema(path)
    }
    return ", ".join(f'"{name.upper()}" {type_}' for name, type_ in types.items())
