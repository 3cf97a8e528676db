"""When an asset's last run is too long ago. The age of its data is a check's business (`asset_checks/freshness`)."""

from datetime import timedelta

import dagster as dg


def run_policy() -> dg.FreshnessPolicy:
    """Every asset is refreshed daily: a warning after 26 hours without a materialization, a failure after 30."""
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=30), warn_window=timedelta(hours=26))
