"""How two records of organisations are compared.

Here: the comparisons of organisations and the columns they read. Not here: how two names relate (`relation`), what a
level weighs (`score_pairs`), or which evidence makes a match (`organizations`).
"""

import polars as pl

from cdp_platform.identity.compare import COUNTRY, EMAIL, PLACE, Comparison, Level, identifier, lacks, same
from cdp_platform.identity.distinct import map_rows
from cdp_platform.identity.names import fold, tokens
from cdp_platform.identity.population import Population
from cdp_platform.identity.relation import ACRONYM, SAME, SIBLING, SIMILAR, SUBSIDIARY

ALSO, SPELT = "also", "spelt"
_SPELT = 4  # letters of a name that no domain has by chance

# So many organisations bear a name by chance: with fewer than that, its words tell; with more, it is a common one.
TELLING, ORDINARY = 0.02, 1.0

_RELATION = "organization_relation(least(name_l, name_r), greatest(name_l, name_r))"
_COMMON = "greatest(common_l, common_r)"
_IS_SAME = f"{_RELATION} = '{SAME}'"

NAME = Comparison(
    "name",
    lacks("name"),
    (
        Level("telling", f"{_IS_SAME} AND {_COMMON} <= 1", identifies=True),
        Level("ordinary", f"{_IS_SAME} AND {_COMMON} <= 2", identifies=True),
        Level("common", _IS_SAME),
        Level(ALSO, "other_name_l = name_r OR name_l = other_name_r OR other_name_l = other_name_r", identifies=True),
        Level(SPELT, f"spelt_l = spelt_r AND {_RELATION} IN ('{SUBSIDIARY}', '{SIBLING}')", identifies=True),
        *(Level(kind, f"{_RELATION} = '{kind}'") for kind in (SIMILAR, ACRONYM, SUBSIDIARY, SIBLING)),
    ),
)
DOMAIN = Comparison(
    "domain",
    lacks("web_domain", "mail_domain"),
    (
        Level("website", same("web_domain"), identifies=True),
        Level(
            "mail",
            "mail_domain_l = mail_domain_r OR web_domain_l = mail_domain_r OR mail_domain_l = web_domain_r",
            identifies=True,
        ),
    ),
)

ORGANIZATION_COMPARISONS = (
    NAME,
    DOMAIN,
    EMAIL,
    *(identifier(key) for key in ("phone", "tax_id")),
    PLACE,
    COUNTRY,
)


def spelt_domain(keys: pl.DataFrame) -> pl.Series:
    """Every record's domain, where that spells all words of its name; null elsewhere.

    Two records of one such domain left words out of one name; a subsidiary's name has words that its parent's domain
    lacks.
    """
    found = [
        pl.DataFrame({"domain": keys[domain], "name": keys["name"]}).select(
            pl.when(map_rows(keys.select(domain, "name"), _spells, {"spells": pl.Boolean})["spells"]).then("domain")
        )["domain"]
        for domain in ("web_domain", "mail_domain")
    ]
    return pl.select(pl.coalesce(found).alias("spelt")).to_series()


def _spells(domain: str | None, name: str | None) -> tuple[bool]:
    if domain is None or name is None:
        return (False,)
    label = fold("".join(tokens(domain.partition(".")[0])))
    found = name.split()
    return (len("".join(found)) >= _SPELT and all(word in label for word in found),)


def with_namesakes(keys: pl.DataFrame) -> pl.DataFrame:
    """The keys with `namesakes`: how many *other* organisations by chance bear the record's name.

    The number of records times the shares of the name's words, as if words came together at random; occurrences in
    that very name are left out, so that a name's own records do not make it common.
    """
    bearers = keys.drop_nulls("name").group_by("name").agg(pl.len().cast(pl.Int64).alias("records"))
    total = max(int(bearers["records"].sum()), 1)
    words = _worded(bearers).with_columns(of_word=pl.col("records").sum().over("word"))
    others = (pl.col("of_word") - pl.col("records")).cast(pl.Float64) / total
    chance = words.sort("name", "word").group_by("name").agg((others.log().sum().exp() * total).alias("namesakes"))
    return keys.join(chance, on="name", how="left", maintain_order="left")


def note_commonness(keys: pl.DataFrame, population: Population) -> None:
    """Note of every name whether its words tell (1), or others bear it by chance: one at most (2), or more (3)."""
    names = with_namesakes(keys).drop_nulls("name").select("name", "namesakes").unique("name")
    common = 1 + (pl.col("namesakes") > TELLING).cast(pl.Int64) + (pl.col("namesakes") > ORDINARY).cast(pl.Int64)
    population.note("name", names.select(value="name", records=common))


def _worded(names: pl.DataFrame) -> pl.DataFrame:
    return names.with_columns(pl.col("name").str.split(" ").list.unique().alias("word")).explode("word")
