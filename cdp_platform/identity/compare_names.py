"""How well two names of persons agree: nicknames, initials, typos, exchanged parts, new surnames.

Here: the levels of given names and surnames, and the agreement of whole names. Not here: the columns they read
(`name_forms`), the other fields (`compare_persons`), or what follows from a level.
"""

import polars as pl

from cdp_platform.identity.compare import CLOSE, DIFFERENT, EQUAL, MISSING, Comparison, Level, is_typo, lacks, same
from cdp_platform.identity.engine import evaluated
from cdp_platform.identity.name_forms import with_forms
from cdp_platform.identity.reference import words

EXCHANGED, INITIAL, SIMILAR = "exchanged", "initial", "similar"

# Whole names: both parts agree; agree as far as one shows; the surname differs; nothing to compare; two people.
STRONG, WEAK, RENAMED, INCOMPLETE, OTHER = "strong", "weak", "renamed", "incomplete", "other"

# A spelling this much rarer than the name it resembles, and in no list, is a typo of it and not a name of its own.
_TYPO_SHARE = 0.01
_TYPO_COUNT = 2
# Two rare spellings this much alike (Jaro-Winkler) may be one name, if all else says so.
_RESEMBLING = 0.8
# Endings that turn a man's name into a woman's: Paul and Paula are a couple and no typo.
_GENDERED = ("a", "e", "o", "le", "la", "lle", "ne", "ina", "ine", "na", "te", "ette", "etta", "elle")

_PREFIXES = tuple(sorted({*words("surname_particles"), "vander", "vanden", "vande", "dela", "delos", "o"}))


def _shortened(short: str, long: str) -> str:
    ending = f"substr({long}, length({short}) + 1)"
    return f"(length({short}) >= 3 AND starts_with({long}, {short}) AND {ending} NOT IN {_GENDERED})"


def _gendered(short: str, long: str) -> str:
    return f"(starts_with({long}, {short}) AND substr({long}, length({short}) + 1) IN {_GENDERED})"


def _is_prefixed(long: str, short: str) -> str:
    """True for a surname with its particle and without: `vanloon`, `loon`."""
    prefix = f"left({long}, length({long}) - length({short}))"
    return f"(length({short}) >= 3 AND ends_with({long}, {short}) AND {prefix} IN {_PREFIXES})"


def _begins(initial: str, name: str) -> str:
    return f"(length(first_{initial}) = 1 AND contains(first_initials_{name}, first_{initial}))"


def _is_half(given: str, family: str) -> str:
    """True where one record's given name is the other's surname, or a slip or a part of it."""
    return f"(list_has_any(first_forms_{given}, last_forms_{family}) OR {is_typo(f'first_{given}', f'last_{family}')})"


def _is_half_initial(given: str, family: str) -> str:
    """True where one of both is the other's first letter."""
    return f"(least(length(first_{given}), length(last_{family})) = 1 AND first_{given}[1] = last_{family}[1])"


_IS_EXCHANGED = (
    f"({_is_half('l', 'r')} AND ({_is_half('r', 'l')} OR {_is_half_initial('r', 'l')})"
    f" OR {_is_half_initial('l', 'r')} AND {_is_half('r', 'l')})"
)
_IS_RARE = (
    "(least(first_records_l, first_records_r)"
    f" <= greatest({_TYPO_COUNT}, {_TYPO_SHARE} * greatest(first_records_l, first_records_r)))"
)
_IS_SLIP = f"({is_typo('first_l', 'first_r')} AND NOT (first_known_l AND first_known_r) AND {_IS_RARE})"
_GIVEN_CLOSE = " OR ".join(
    (
        "list_has_any(first_forms_l, first_forms_r)",
        _shortened("first_l", "first_r"),
        _shortened("first_r", "first_l"),
        _IS_SLIP,
    )
)

GIVEN = Comparison(
    "given",
    lacks("first"),
    (
        Level(EQUAL, same("first"), frequency="first"),
        Level(INITIAL, f"{_begins('l', 'r')} OR {_begins('r', 'l')}"),
        Level(CLOSE, _GIVEN_CLOSE),
        Level(EXCHANGED, f"coalesce({_IS_EXCHANGED}, false)"),
        Level(
            SIMILAR,
            f"{_IS_RARE} AND NOT ({_gendered('first_l', 'first_r')} OR {_gendered('first_r', 'first_l')})"
            " AND (least(length(first_l), length(first_r)) >= 3 AND damerau_levenshtein(first_l, first_r) <= 1"
            f" OR jaro_winkler_similarity(first_l, first_r) >= {_RESEMBLING})",
        ),
    ),
)
SURNAME = Comparison(
    "surname",
    f"{lacks('last')} OR (first_l <> first_r AND NOT coalesce({_GIVEN_CLOSE}, false) AND {_IS_EXCHANGED})",
    (
        Level(EQUAL, same("last"), frequency="last"),
        Level(
            CLOSE,
            f"list_has_any(last_forms_l, last_forms_r) OR {is_typo('last_l', 'last_r')}"
            f" OR {_is_prefixed('last_l', 'last_r')} OR {_is_prefixed('last_r', 'last_l')}",
        ),
        Level(INITIAL, "least(length(last_l), length(last_r)) = 1 AND last_l[1] = last_r[1]"),
    ),
)


def agreement() -> pl.Expr:
    """`strong`, `weak`, `renamed`, `incomplete` or `other`, from the levels `given` and `surname`."""
    given, surname = pl.col("given"), pl.col("surname")
    is_missing = (given == MISSING) | ((surname == MISSING) & (given != EXCHANGED))
    alike = (EQUAL, CLOSE)
    return (
        pl.when(given == EXCHANGED).then(pl.lit(STRONG))
        .when((given == DIFFERENT) | (is_missing & (surname == DIFFERENT))).then(pl.lit(OTHER))
        .when(is_missing).then(pl.lit(INCOMPLETE))
        .when((surname == DIFFERENT) & (given != SIMILAR)).then(pl.lit(RENAMED))
        .when(surname == DIFFERENT).then(pl.lit(OTHER))
        .when(given.is_in(alike) & surname.is_in(alike)).then(pl.lit(STRONG))
        .when(given.is_in([INITIAL, SIMILAR]) & surname.is_in(alike)).then(pl.lit(WEAK))
        .when(given.is_in(alike) & (surname == INITIAL)).then(pl.lit(WEAK))
        .otherwise(pl.lit(INCOMPLETE)).alias("agreement")
    )  # fmt: skip


def name_levels(a: pl.DataFrame, b: pl.DataFrame, frequency: pl.DataFrame) -> pl.DataFrame:
    """`given` and `surname`: the levels of the names (`first`, `middle`, `last`) of every row of both frames."""
    sides = [
        with_forms(side.select("first", "middle", "last"), frequency).select(pl.all().name.suffix(suffix))
        for side, suffix in ((a, "_l"), (b, "_r"))
    ]
    return evaluated(pl.concat(sides, how="horizontal"), (GIVEN, SURNAME))
