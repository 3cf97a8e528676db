"""Files that say who is who: how right a result is by them, and the samples and models of training.

Here: reading and writing them. Not here: the measures (`identity.score`), or the counting (`identity.train`).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from cdp_platform.cli.identity_files import CROSSWALK, EDGES, read_records, read_table
from cdp_platform.identity import UnusableRecords, decided_share, pairwise, reachable_parts
from cdp_platform.identity.model import Model, UnusableModel
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.schema import RECORD_TYPES
from cdp_platform.identity.train import Labelled


def measured(folder: Path, truth: Path, records: Path | None = None) -> list[dict[str, Any]]:
    """The accuracy of a result per record type, over the reachable pairs too if its records are at hand.

    Raises UnusableRecords.
    """
    crosswalk = _keyed(_result(folder, CROSSWALK))
    edges = _keyed(_keyed(_result(folder, EDGES), "_a", "record_a"), "_b", "record_b")
    known = _keyed(_truth(truth))
    parts = None
    if records is not None:
        resolved = _keyed(read_records(records).records)
        if crosswalk.join(resolved, on="source_record_id", how="anti").height:
            raise UnusableRecords(f"{records} lacks records of {folder / CROSSWALK}; name the INPUT of that result")
        parts = reachable_parts(resolved, known)
    score = pairwise(crosswalk, known, parts)
    return score.join(decided_share(edges), on="record_type", how="left", maintain_order="left").to_dicts()


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


def _result(folder: Path, name: str) -> pl.DataFrame:
    try:
        return pl.read_csv(folder / name, infer_schema=False)
    except (FileNotFoundError, PolarsError) as error:
        said = str(error).splitlines()[0]
        raise UnusableRecords(f"{folder} is no result of `cdp identity resolve`: {name}: {said}") from error


def _keyed(table: pl.DataFrame, side: str = "", name: str = "source_record_id") -> pl.DataFrame:
    return table.with_columns(pl.concat_str(f"source_system{side}", f"source_id{side}", separator="\n").alias(name))


def _truth(path: Path) -> pl.DataFrame:
    try:
        return read_table(path).select(pl.col("source_system", "source_id", "entity_id").cast(pl.String))
    except (FileNotFoundError, PolarsError) as error:
        said = str(error).splitlines()[0]
        raise UnusableRecords(
            f"{path} is no truth; it needs the columns source_system, source_id, entity_id: {said}"
        ) from error
