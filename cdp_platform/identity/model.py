"""What every level of agreement weighs: the trained numbers, and the Splink settings that they make.

Here: reading and checking a model, and its settings for a number of records. Not here: how the numbers are found
(`train`), the comparisons (`compare_*`), or the scoring itself (`score_pairs`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from cdp_platform.identity.compare import DIFFERENT, MISSING, Comparison, Level
from cdp_platform.identity.compare_organizations import ORGANIZATION_COMPARISONS
from cdp_platform.identity.compare_persons import PERSON_COMPARISONS
from cdp_platform.identity.schema import ORGANIZATION, PERSON

COMPARISONS: Mapping[str, Sequence[Comparison]] = {
    ORGANIZATION: ORGANIZATION_COMPARISONS,
    PERSON: PERSON_COMPARISONS,
}

# Fewer records do not tell how frequent a name or a value is in the world they come from.
SMALL_SAMPLE = 1000


class UnusableModel(ValueError):
    """The model does not fit the comparisons of this version: a level has no numbers."""


@dataclass(frozen=True)
class Model:
    """How two records of one type are weighed.

    `levels`: per comparison and level, `m`: its share among pairs that are one party, and `u`: its share among pairs
    that are not; for a level that identifies `partners` in place of `u`: how many other parties' records a record
    meets at that level. `matches`: how many other records of its own party a record has. `accept` and `review`: per
    rule, the match weights (bits) from which its pair is a match, and from which a person is asked.
    """

    record_type: str
    matches: float
    accept: Mapping[str, float]
    review: Mapping[str, float]
    levels: Mapping[str, Mapping[str, Mapping[str, float]]]

    @property
    def version(self) -> str:
        """Twelve hex digits of all that a weight depends on: the numbers and the comparisons."""
        facts = [self.matches, self.accept, self.review, self.levels, repr(COMPARISONS[self.record_type])]
        return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]

    def to_json(self) -> str:
        """The model as its file has it."""
        facts = {"matches": self.matches, "accept": self.accept, "review": self.review, "levels": self.levels}
        return json.dumps(facts, indent=1) + "\n"

    def settings(self, records: int) -> dict[str, Any]:
        """Splink's settings for so many records.

        Raises UnusableModel.
        """
        size = max(records, SMALL_SAMPLE)
        return {
            "link_type": "dedupe_only",
            "unique_id_column_name": "row",
            "probability_two_random_records_match": self.matches / size,
            "blocking_rules_to_generate_predictions": [],
            "retain_matching_columns": True,  # Splink tells levels only together with values
            "retain_intermediate_calculation_columns": True,
            "comparisons": [self._comparison(comparison, size) for comparison in COMPARISONS[self.record_type]],
        }

    def _comparison(self, comparison: Comparison, size: int) -> dict[str, Any]:
        missing = {"sql_condition": comparison.missing, "label_for_charts": MISSING, "is_null_level": True}
        levels = [*comparison.levels, Level(DIFFERENT, "ELSE")]
        return {
            "output_column_name": comparison.name,
            "comparison_levels": [missing, *(self._level(comparison.name, level, size) for level in levels)],
        }

    def _level(self, comparison: str, level: Level, size: int) -> dict[str, Any]:
        try:
            trained = self.levels[comparison][level.name]
            chance = trained["partners"] / size if level.identifies else trained["u"]
            weighed: dict[str, Any] = {"m_probability": trained["m"], "u_probability": chance}
        except KeyError as missing:
            raise UnusableModel(
                f"the {self.record_type} model has no {missing} for {comparison} {level.name}: train it again"
            ) from missing
        if level.frequency:
            weighed["tf_adjustment_column"] = level.frequency
        return {"sql_condition": level.condition, "label_for_charts": level.name, **weighed}


@cache
def shipped(record_type: str) -> Model:
    """The model that comes with the platform."""
    text = files("cdp_platform.identity").joinpath("models", f"{record_type}.json").read_text(encoding="utf-8")
    return Model(record_type=record_type, **json.loads(text))
