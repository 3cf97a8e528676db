"""`cdp identity …`: who is the same customer.

Here: the group; `resolve`, the door for anybody's records: one file in, a folder out; how right it is, and how its
models are trained. Not here: how records are matched (`cdp_platform.identity`), the warehouse's own identity step
(`cdp refresh`), or reasons and decisions (`identity_explain`, `identity_review`, `identity_decide`,
`identity_preview`, `identity_undo`).
"""

import json
import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cdp_platform.cli.identity_decide import approve, decline
from cdp_platform.cli.identity_explain import explain
from cdp_platform.cli.identity_preview import preview
from cdp_platform.cli.identity_review import review
from cdp_platform.cli.identity_undo import undo
from cdp_platform.cli.output import format_option, say, show, show_progress

_log = logging.getLogger("cdp.identity")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def identity() -> None:
    """Who is the same customer, in any file of records of your own.

    \b
    cdp identity resolve records.csv --output resolved/     any records, no configuration
    cdp identity measure resolved/ truth.csv                how right that is
    cdp identity train one.parquet two.parquet --output models/
    cdp identity explain RECORD [RECORD]                    why a record is where it is in the warehouse
    cdp identity review                                     which pairs a person must decide
    cdp identity approve|decline RECORD RECORD              decide one
    cdp identity preview                                    what the next refresh would change
    cdp identity undo x1                                    end a decision
    """


for command in (explain, review, approve, decline, preview, undo):
    identity.add_command(command)


@identity.command()
@click.argument("records", metavar="INPUT", type=_FILE)
@click.option("--output", required=True, type=_FOLDER, help="Folder for the result.")
@click.option(
    "--previous",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="An earlier result: records keep the ids that they have there.",
)
@click.option("--exceptions", type=_FILE, help="People's decisions, as exceptions.csv.")
def resolve(records: Path, output: Path, previous: Path | None, exceptions: Path | None) -> None:
    """Find out which records of INPUT (CSV or Parquet) are the same person or organisation.

    Columns: source_system, source_id, record_type (person|organization), and as many as there are of full_name,
    first_name, last_name, company_name (a person's employer), email, phone, website, tax_id, birth_date, device_id,
    street, city, region, postal_code, country, created_at, updated_at.

    \b
    cdp identity resolve records.csv --output resolved/
    cdp identity resolve today.csv --output today/ --previous yesterday/ --exceptions exceptions.csv

    \b
    Writes to the folder: crosswalk.csv   every record with its customer_id, confidence and method
                          edges.csv       every pair that shares evidence, with weights and vetoes
                          report.json     counts, models, values that are no evidence
                          and what the next run with --previous needs.
    """
    from cdp_platform.cli.identity_files import read_decisions, read_previous, read_records, write_result
    from cdp_platform.identity import resolve as find_customers

    show_progress()
    begun = time.perf_counter()
    intake = read_records(records)
    _log.info("%s records in %s", f"{intake.records.height:,}", records.name)
    for name in intake.unknown_columns:
        _log.info("column %s is not read", name)
    earlier = read_previous(previous)
    found = find_customers(
        intake.records,
        ledger=earlier.ledger,
        aliases=earlier.aliases,
        exceptions=read_decisions(exceptions),
        as_of=datetime.now(UTC),
        run_id=output.resolve().name,
        memory=earlier.memory,
    )
    facts: dict[str, Any] = {"input": records.name, "seconds": round(time.perf_counter() - begun, 1)}
    report = write_result(output, intake, found, earlier, facts)
    for kind, counts in report["customers"].items():
        say(f"{counts['records']:,} {kind} records are {counts['customers']:,} customers")
    say(f"written to {output}; look at {output / 'report.json'} first: {json.dumps(report['pairs'])}")


@identity.command()
@click.argument("result", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("truth", type=_FILE)
@click.option("--records", type=_FILE, help="The INPUT of the result: tells recall over the reachable pairs too.")
@format_option
def measure(result: Path, truth: Path, records: Path | None, output: str) -> None:
    """How right the RESULT of `cdp identity resolve` is: precision, recall and duplicates left, by the TRUTH.

    TRUTH (CSV or Parquet): source_system, source_id, entity_id. `cdp simulate --records` writes one beside its records.
    A pair is reachable if shared evidence connects it; decided_share are the pairs that no person is asked about.
    docs/identity.md defines every figure.

    \b
    cdp identity measure resolved/ records_truth.csv --records records.csv
    """
    from cdp_platform.cli.identity_truth import measured

    show(measured(result, truth, records), output)


@identity.command()
@click.argument("samples", nargs=-1, required=True, type=_FILE)
@click.option("--output", required=True, type=_FOLDER, help="Folder for organization.json and person.json.")
def train(samples: tuple[Path, ...], output: Path) -> None:
    """Count what evidence weighs, on SAMPLES of records with the truth beside them, as `cdp simulate --records` writes.

    The models that come with the platform lie in cdp_platform/identity/models; docs/identity.md tells on what they were
    trained. Weights are chosen on these samples: measure on others.

    \b
    cdp identity train one.parquet two.parquet --output models/
    """
    from cdp_platform.cli.identity_truth import read_samples, write_model
    from cdp_platform.identity.schema import RECORD_TYPES
    from cdp_platform.identity.train import trained

    show_progress()
    labelled = read_samples(samples)
    for kind in RECORD_TYPES:
        _log.info("training on %s %s records", f"{sum(len(s.entity) for s in labelled[kind]):,}", kind)
        model = trained(kind, labelled[kind])
        say(f"{kind} model {model.version} in {write_model(output, model)}")
