"""Files that say who is who: how right a result is by them, and the samples and models of training.

Here: reading and writing them. Not here: the measures (`identity.score`), or the counting (`identity.train`).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from cdp_platform.cli.identity_files import CROSSWALK, read_records, read_table
from cdp_platform.identity import UnusableRecords, pairwise
from cdp_platform.identity.model import Model, UnusableModel
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.schema import RECORD_TYPES
from cdp_platform.identity.train import Labelled


def measured(folder: Path, truth: Path) -> list[dict[str, Any]]:
    """The accuracy of a result, per record type. Raises UnusableRecords."""
    try:
        crosswalk = pl.read_csv(folder / CROSSWALK, infer_schema=False)
    except (FileNotFoundError, PolarsError) as error:
        said = str(error).splitlines()[0]
        raise UnusableRecords(f"{folder} is no result of `cdp identity resolve`: {CROSSWALK}: {said}") from error
    known = _truth(truth)
    key = pl.concat_str("source_system", "source_id", separator="\n").alias("source_record_id")
    return pairwise(crosswalk.with_columns(key), known.with_columns(key)).to_dicts()


def read_samples(files: Sequence[Path]) -> dict[str, list[Labelled]]:
    """Per record type, the match keys of every file with their truth, which lies in `<name>_truth` beside it.

    Raises UnusableRecords.
    """
    samples: dict[str, list[Labelled]] = {kind: [] for kind in RECORD_TYPES}
    for file in files:
        records = read_records(file).records
        truth = _truth(file.with_name(f"{file.stem}_truth{file.suffix}"))
        labelled = records.join(truth, on=["source_system", "source_id"], maintain_order="left")
        for kind, found in samples.items():
            part = labelled.filter(pl.col("record_type") == kind)
            found.append(Labelled(match_keys(part.drop("entity_id")), part["entity_id"]))
    return samples


def write_model(folder: Path, model: Model) -> Path:
    """Write a model as the file that the platform would ship."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{model.record_type}.json"
    file.write_text(model.to_json(), encoding="utf-8")
    return file


def read_models(folder: Path) -> dict[str, Model]:
    """The models in a folder, by record type: `organization.json`, `person.json`, or one of them.

    Raises UnusableModel.
    """
    files = {kind: file for kind in RECORD_TYPES if (file := folder / f"{kind}.json").exists()}
    if not files:
        raise UnusableModel(f"{folder} has no {' and no '.join(f'{kind}.json' for kind in RECORD_TYPES)}")
    found = {}
    for kind, file in files.items():
        try:
            found[kind] = Model(record_type=kind, **json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise UnusableModel(f"{file.name} is no model as `cdp identity train` writes it: {error}") from error
        found[kind].settings(0)
    return found


def _truth(path: Path) -> pl.DataFrame:
    try:
        return read_table(path).select(pl.col("source_system", "source_id", "entity_id").cast(pl.String))
    except (FileNotFoundError, PolarsError) as error:
        said = str(error).splitlines()[0]
        raise UnusableRecords(
            f"{path} is no truth; it needs the columns source_system, source_id, entity_id: {said}"
        ) from error
