"""`make bench`: what Dagster adds to dbt, as a ratio measured in one run on one machine.

On one built company, in turns: all models, tests and checks refreshed by `cdp refresh`, in two parts around the
identity step; and a bare `dbt build` of the same models and tests. Both are whole processes, start-up included. The
identity step's own seconds are taken out of the first; extracts and publish are in neither.

`python -m tests.benchmark receive` measures the webhook receiver instead (`receiving/load`).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import click

from cdp_platform.assets.manifest import DBT_PROJECT
from cdp_platform.automation.home import open_instance
from cdp_platform.environment import Settings, child_environment, load_settings
from tests.receiving.load import measure

BIN = Path(sys.executable).parent
LAYERS = ("staging", "domain", "customer_master", "gold")
MODELS = " or ".join(f'tag:"cdp/layer"="{layer}"' for layer in LAYERS)
MOST = 2.0


class Stopwatch:
    """Runs commands on a home and takes their wall and CPU seconds."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.environment = child_environment(settings) | {"CDP_WAREHOUSE_FILE": str(settings.warehouse_file)}

    def time(self, *command: str | Path) -> tuple[float, float]:
        """Wall and CPU seconds of a command. Raises CalledProcessError."""
        before, started = os.times(), time.monotonic()
        subprocess.run(command, env=self.environment, check=True, capture_output=True)
        wall, after = time.monotonic() - started, os.times()
        return wall, after.children_user + after.children_system - before.children_user - before.children_system

    def models(self) -> tuple[float, float]:
        """All models by `cdp refresh`, without the seconds of the identity step; that one uses about one core."""
        wall, cpu = self.time(BIN / "cdp", "refresh", MODELS, "--quiet")
        with open_instance(self.settings) as instance:
            [run] = instance.get_runs(limit=1)
            [identity] = instance.get_run_step_stats(run.run_id, ["resolve_identity"])
        assert identity.start_time is not None
        assert identity.end_time is not None
        spent = identity.end_time - identity.start_time
        return wall - spent, cpu - spent

    def bare(self) -> tuple[float, float]:
        """The same models and tests by dbt alone, its parsed project at hand."""
        places = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT]
        kept = ["--target-path", self.settings.home / "bare", "--log-path", self.settings.home / "bare"]
        return self.time(BIN / "dbt", "--quiet", "build", *places, *kept, "--target", self.settings.target.value)


def main() -> None:
    """Build the company, time both in turns, print the medians and the ratio; ends with 1 above `MOST`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("dagster", "receive"), default="dagster")
    parser.add_argument("--rate", type=int, default=200, help="events a second that are sent to the receiver")
    parser.add_argument("--seconds", type=int, default=30, help="for which they are sent")
    parser.add_argument("--scale", default="0.03", help="of the company")
    parser.add_argument("--rounds", type=int, default=3, help="of each, in turns")
    chosen = parser.parse_args()
    if chosen.what == "receive":
        measure(chosen.rate, chosen.seconds)
        return
    with tempfile.TemporaryDirectory(prefix="cdp-bench-") as folder:
        settings = load_settings({"CDP_HOME": folder})
        watch = Stopwatch(settings)
        click.echo(f"building a company at scale {chosen.scale}", err=True)
        watch.time(BIN / "cdp", "demo", "--scale", chosen.scale)
        watch.bare()
        runs = []
        for number in range(1, chosen.rounds + 1):
            runs.append((watch.models(), watch.bare()))
            (dagster, _), (alone, _) = runs[-1]
            click.echo(f"round {number}: {dagster:.1f} s under Dagster, {alone:.1f} s bare", err=True)
    ours, bare = ([median(run[side][kind] for run in runs) for kind in (0, 1)] for side in (0, 1))
    click.echo(f"dbt under Dagster  {ours[0]:6.1f} s wall  {ours[1]:6.1f} s CPU   (without identity)")
    click.echo(f"bare dbt build     {bare[0]:6.1f} s wall  {bare[1]:6.1f} s CPU")
    click.echo(f"ratio              {ours[0] / bare[0]:6.2f}         {ours[1] / bare[1]:6.2f}         (at most {MOST})")
    if ours[0] > MOST * bare[0]:
        sys.exit(1)


if __name__ == "__main__":
    main()
