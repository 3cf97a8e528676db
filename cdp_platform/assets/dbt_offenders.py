"""The rows that made a dbt test fail, named as the Python checks name theirs: by the hash of their key.

Here: asking the compiled test once more. Not here: what else is said of a result (`dbt_results`).
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdp_platform.serving.models import key_columns
from cdp_platform.warehouse import FAILURES, as_it_stands, columns_of
from cdp_platform.warehouse.connection import Connection, quote

_log = logging.getLogger("cdp.dbt")
NAMED = 10
"""At most so many are named."""


class Offenders:
    """Asks one run's compiled tests. `compiled`: dbt's folder of that name."""

    def __init__(self, connection: Connection, manifest: Mapping[str, Any], compiled: Path) -> None:
        self.connection, self.manifest, self.compiled = connection, manifest, compiled
        self.keys = key_columns(manifest)

    def of(self, unique_id: str) -> list[str]:
        """`left(md5(key), 12)` of at most `NAMED` rows at fault, sorted; several key columns are joined with '|'.

        The key is the tested model's where the test shows it, or else the first column that it shows. None where the
        test cannot be asked again: its result is told in any case.
        """
        node = self.manifest["nodes"][unique_id]
        model = self.manifest["nodes"].get(node.get("attached_node")) or {}
        file = self.compiled / self.manifest["metadata"]["project_name"] / node["original_file_path"] / node["path"]
        own = self.keys.get(f"{model.get('schema')}.{model.get('name')}") or []
        try:
            failing = file.read_text()
            columns = columns_of(self.connection, failing)
            # upper case is every engine's own, quoted or not
            key = [quote(name.upper()) for name in (own if own and set(own) <= set(columns) else columns[:1])]
            named = as_it_stands(
                self.connection,
                f"SELECT DISTINCT left(md5(concat_ws('|', {', '.join(key)})), 12) AS named FROM ({failing}) AS failing "
                f"WHERE {' AND '.join(f'{column} IS NOT NULL' for column in key)} ORDER BY named LIMIT {NAMED}",
            )
            return [name for (name,) in named]
        except (*FAILURES, OSError) as error:
            _log.warning("%s: the rows at fault cannot be named: %s", unique_id, type(error).__name__)
            return []
