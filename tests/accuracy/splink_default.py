"""Splink as its tutorial uses it: its comparison library, u from random pairs, m by expectation maximisation.

Here: comparisons that the library offers for each kind of value, with term frequencies where values differ in how
common they are; several training sessions, so that no comparison is left untrained; no labels. Not here: the blocks
(`blocks`).
"""

import duckdb
import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from cdp_platform.identity.schema import ORGANIZATION, PERSON
from tests.accuracy.blocks import BLOCKS, usable

THRESHOLD = 0.95
"""The match probability at which Splink's tutorial clusters."""
KEPT = 0.01
RECALL = 0.7
"""Of the deterministic rules, as the tutorial guesses it."""
CERTAIN = {
    ORGANIZATION: (("tax_id",), ("name", "domain"), ("name", "email"), ("name", "phone"), ("name", "postal")),
    PERSON: (("tax_id",), ("email", "last"), ("phone", "last"), ("device", "last"), ("first", "last", "birth_date")),
}
TRAINING = {
    ORGANIZATION: (("name",), ("domain",)),
    PERSON: (("first", "last"), ("birth_date",)),
}
"""Blocks with matches and others in them, as its documentation asks; each leaves out what the other blocks on."""


def pairs(keys: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The pairs (`a`, `b`) that Splink finds at all likely, with its `probability`."""
    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    linker = Linker(
        api.register(keys.to_arrow(), dataset_display_name="keys"), _settings(keys, kind), log_level="ERROR"
    )
    certain = [block_on(*rule) for rule in CERTAIN[kind] if usable(rule, keys)]
    linker.training.estimate_probability_two_random_records_match(certain, recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in TRAINING[kind]:
        if usable(rule, keys):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    found = linker.inference.predict(threshold_match_probability=KEPT, warning_mode="never")
    table = connection.sql(
        f"SELECT row_l AS a, row_r AS b, match_probability AS probability FROM {found.physical_name}"
    ).pl()
    connection.close()
    return table


def _settings(keys: pl.DataFrame, kind: str) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=[comparison for needs, comparison in _comparisons(kind) if usable(needs, keys)],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in BLOCKS[kind] if usable(block, keys)],
    )


def _comparisons(kind: str) -> list[tuple[tuple[str, ...], object]]:
    shared = [
        (("phone",), cl.DamerauLevenshteinAtThresholds("phone", [1])),
        (("tax_id",), cl.DamerauLevenshteinAtThresholds("tax_id", [2])),
        (("street",), cl.JaroWinklerAtThresholds("street", [0.9])),
        (("postal",), cl.LevenshteinAtThresholds("postal", [1]).configure(term_frequency_adjustments=True)),
        (("city",), cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True)),
    ]
    if kind == ORGANIZATION:
        return [
            (("name",), cl.NameComparison("name").configure(term_frequency_adjustments=True)),
            (("email",), cl.ExactMatch("email").configure(term_frequency_adjustments=True)),
            (("domain",), cl.ExactMatch("domain").configure(term_frequency_adjustments=True)),
            *shared,
        ]
    return [
        (("first", "last"), cl.ForenameSurnameComparison("first", "last").configure(term_frequency_adjustments=True)),
        (("birth_date",), cl.DateOfBirthComparison("birth_date", input_is_string=False)),
        (("email",), cl.EmailComparison("email").configure(term_frequency_adjustments=True)),
        (("device",), cl.ExactMatch("device")),
        (("employer",), cl.NameComparison("employer").configure(term_frequency_adjustments=True)),
        *shared,
    ]
