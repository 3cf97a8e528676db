"""Splink as its tutorial uses it: its comparison library, u from random pairs, m by expectation maximisation.

Here: comparisons that the library offers for each kind of value, with term frequencies where values differ in how
common they are; one comparison of an address as a whole, for its parts depend on each other; two training sessions, so
that none is left untrained; no labels. Not here: the pairs that it looks at (`blocks`).
"""

import duckdb
import polars as pl
import splink.comparison_level_library as cll
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
    PERSON: (("first", "last"), ("email",), ("birth_date",)),
}
"""Blocks with matches and others in them, as its documentation asks; each leaves out what the others block on. Where
records have no mailboxes, birth dates take their place."""


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
    for rule in [rule for rule in TRAINING[kind] if usable(rule, keys)][:2]:
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
        (("street", "postal", "city"), _place()),
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


def _place() -> cl.CustomComparison:
    town = "(postal_l = postal_r OR city_l = city_r)"
    return cl.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            cll.CustomLevel("(postal_l IS NULL OR postal_r IS NULL) AND (city_l IS NULL OR city_r IS NULL)")
            .configure(is_null_level=True),
            cll.CustomLevel(f"street_l = street_r AND {town}", "street and town"),
            cll.CustomLevel(f"jaro_winkler_similarity(street_l, street_r) >= 0.9 AND {town}", "street alike, and town"),
            cll.ExactMatchLevel("postal", term_frequency_adjustments=True),
            cll.ExactMatchLevel("city", term_frequency_adjustments=True),
            cll.ElseLevel(),
        ],
    )  # fmt: skip
