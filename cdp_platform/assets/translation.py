"""What dbt's yml says, as Dagster shows it.

Here: columns with their class and kind of personal data, tests with the page that helps when they fail. Not here:
running dbt (`dbt_runner`), keys and groups, for which dagster-dbt's own rules are right.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

Properties = Mapping[str, Any]
"""A model, seed, source or test as dbt's manifest describes it."""


class Translator(DagsterDbtTranslator):
    """dagster-dbt's translation, with what this house adds."""

    def get_description(self, dbt_resource_props: Properties) -> str:
        """What the yml says; dagster-dbt's own goes on with the whole SQL, above everything else on the page."""
        return str(dbt_resource_props["description"])

    def get_metadata(self, dbt_resource_props: Properties) -> Mapping[str, Any]:
        """Its own, but columns carry tags, and the file with the SQL is named."""
        return {
            **super().get_metadata(dbt_resource_props),
            "dagster/column_schema": column_schema(dbt_resource_props),
            "file": f"cdp_dbt/{dbt_resource_props['original_file_path']}",
        }

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Properties, unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """Its own, but the description ends with the runbook of the test's kind."""
        check = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if check is None:
            return None
        kind = manifest["nodes"][unique_id]["test_metadata"]["name"]
        return check._replace(description=f"{check.description or ''} Runbook: docs/runbooks/{kind}.md".strip())


def column_schema(properties: Properties) -> dg.TableSchema:
    """The columns of a model, seed or source with `classification` and, where it is personal, `pii` as tags."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name, column.get("data_type") or "?", description=column.get("description"), tags=column_tags(column)
            )
            for name, column in properties["columns"].items()
        ]
    )


def column_tags(column: Properties) -> dict[str, str]:
    """The tags of a column."""
    meta = (column.get("config") or {}).get("meta") or column.get("meta") or {}
    said = {name: meta[name] for name in ("classification", "pii") if name in meta}
    return {name: value for name, value in said.items() if value != "none"}
