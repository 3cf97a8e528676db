"""What a weight decides, how thresholds are found, and values that are no evidence."""

import polars as pl
import pytest

from cdp_platform.identity.model import COMPARISONS, Model, UnusableModel, shipped
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.rules import RULES, UNDECIDED, weighed_edges
from cdp_platform.identity.schema import RECORD_TYPES
from cdp_platform.identity.train import Labelled, trained
from tests.identity.parties import Runs, frame, groups, human


def model_of(accept: float, review: float) -> Model:
    return Model("person", 0.5, dict.fromkeys(RULES, accept), dict.fromkeys(RULES, review), {})


def judged(*weights: float) -> pl.DataFrame:
    """The first record paired with each of the next, by telephone and name, at these weights."""
    return pl.DataFrame(
        {"a": [0] * len(weights), "b": range(1, len(weights) + 1), "weight": weights},
        schema={"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64},
    ).with_columns(
        rule=pl.lit("person_phone_name"), evidence=pl.lit("phone"), fields=pl.lit(""), veto=pl.lit(None, pl.String)
    )


def test_a_rule_accepts_from_its_weight_and_asks_below_it() -> None:
    keys = match_keys(frame([human(f"crm:contact:{i}", "Bob Smith") for i in range(4)]))
    found = weighed_edges(keys, judged(12.0, 2.0, -1.0), model_of(accept=10, review=1))
    assert found.select("b", "veto").rows() == [(1, None), (2, UNDECIDED)]
    assert found["confidence"].to_list() == [RULES["person_phone_name"].confidence, 0.8]


def test_a_veto_is_graver_than_a_light_weight() -> None:
    bob = human("crm:contact:0", "Bob Smith", tax_id="123456780")
    rob = human("crm:contact:1", "Bob Smith", tax_id="987654320")
    found = weighed_edges(match_keys(frame([bob, rob])), judged(2.0), model_of(accept=10, review=1))
    assert found["veto"].to_list() == ["tax_id"]


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_a_shipped_model_has_numbers_for_every_level_and_rule(kind: str) -> None:
    model = shipped(kind)
    settings = model.settings(10_000)
    assert [c["output_column_name"] for c in settings["comparisons"]] == [c.name for c in COMPARISONS[kind]]
    assert model.accept.keys() == model.review.keys() == RULES.keys()
    assert all(model.review[rule] <= model.accept[rule] for rule in RULES)
    small, large = (model.settings(n)["probability_two_random_records_match"] for n in (10_000, 1_000_000))
    assert small == pytest.approx(100 * large)


def test_a_model_without_a_level_is_refused() -> None:
    with pytest.raises(UnusableModel, match="the person model has no 'given' for given equal: train it again"):
        model_of(0, 0).settings(1000)


def test_a_version_names_all_that_a_weight_depends_on() -> None:
    assert model_of(10, 5).version == model_of(10, 5).version != model_of(10, 4).version


def test_training_accepts_down_to_where_strangers_begin() -> None:
    """Twenty pairs share mailbox and name and are one; twenty share name and postal code, and are two."""
    one = [human(f"crm:contact:{i}", f"Ada{i // 2} Byron", email=f"a{i // 2}@x.com") for i in range(40)]
    two = [human(f"shop:buyer:{i}", f"Max{i // 2} Mann", postal_code=f"1000{i // 2}") for i in range(40)]
    entity = pl.Series([f"one{i // 2}" for i in range(40)] + [f"two{i}" for i in range(40)])
    model = trained("person", [Labelled(match_keys(frame([*one, *two])), entity)])
    assert model.accept["person_email_name"] < 30
    assert model.accept["person_postal_name"] > 90
    assert model.levels["email"]["equal"]["m"] == 1.0


def test_a_value_that_is_no_evidence_is_listed(run: Runs) -> None:
    names = ["Ann Adler", "Bob Birch", "Cy Cedar", "Dan Dow", "Eve Elm", "Fay Fir"]
    found = run(*(human(f"crm:contact:{i}", name, email="desk@gmx.de") for i, name in enumerate(names)))
    assert found.identifier_health.rows() == [("person", "email", "desk@gmx.de", 6, 6)]
    assert len(groups(found)) == 6
