"""What a comparison is: one field of two records, and the levels at which they agree in it.

Here: the shape of comparisons, as SQL over both records' columns. Not here: which fields organisations and persons are
compared in (`compare_organizations`, `compare_persons`), or what a level weighs (`model`, `score_pairs`).
"""

from dataclasses import dataclass

import polars as pl

MISSING, DIFFERENT = "missing", "different"
EQUAL, CLOSE = "equal", "close"


@dataclass(frozen=True)
class Level:
    """One degree of agreement: its name and its condition over the columns `<key>_l` and `<key>_r`.

    `frequency`: the key whose equality this is, where sharing a rare value says more than sharing a common one.
    `identifies`: a value that hardly any two parties share, so that chance agreement becomes rarer as records become
    more.
    """

    name: str
    condition: str
    frequency: str | None = None
    identifies: bool = False


@dataclass(frozen=True)
class Comparison:
    """The levels of one field, best first; `missing` says when it cannot be compared. The last level is `different`."""

    name: str
    missing: str
    levels: tuple[Level, ...]

    @property
    def level_names(self) -> tuple[str, ...]:
        """All levels but `missing`, best first."""
        return (*(level.name for level in self.levels), DIFFERENT)

    def sql(self) -> str:
        """The level's name as one SQL expression."""
        cases = " ".join(f"WHEN {level.condition} THEN '{level.name}'" for level in self.levels)
        return f"CASE WHEN {self.missing} THEN '{MISSING}' {cases} ELSE '{DIFFERENT}' END"


def lacks(*keys: str) -> str:
    """True where one of both records has none of the keys."""
    sides = (f"coalesce({', '.join(f'{key}_{side}' for key in keys)})" for side in "lr")
    return " OR ".join(f"{side} IS NULL" for side in sides)


def same(key: str) -> str:
    """True where both records have the same value."""
    return f"{key}_l = {key}_r"


def identifier(key: str) -> Comparison:
    """The comparison of a value that is one party's: equal or not."""
    return Comparison(key, lacks(key), (Level(EQUAL, same(key), identifies=True),))


def is_typo(a: str, b: str) -> str:
    """True for two spellings of which one may be a slip of the other: one edit, or two in longer, similar words."""
    shorter = f"least(length({a}), length({b}))"
    return (
        f"({shorter} >= 4 AND {_within(1, a, b)}"
        f" OR {shorter} >= 5 AND {_within(2, a, b)} AND jaro_winkler_similarity({a}, {b}) >= 0.88)"
    )


def _within(edits: int, a: str, b: str) -> str:
    """True for texts so many edits apart; most differ by more in length, which is seen at once."""
    return f"abs(length({a}) - length({b})) <= {edits} AND damerau_levenshtein({a}, {b}) <= {edits}"


def _is_slip(a: str, b: str) -> str:
    """True for two texts one slip of the hand apart, with the same digits."""
    digits = (f"regexp_replace({text}, '[^0-9]', '', 'g')" for text in (a, b))
    return f"length({a}) >= 8 AND {_within(1, a, b)} AND {' = '.join(digits)}"


PLACE = Comparison(
    "place",
    " AND ".join(f"({lacks(key)})" for key in ("street", "postal", "city")),
    (
        Level("address", f"{same('street')} AND ({same('postal')} OR {same('city')})", identifies=True),
        Level("street", f"{same('street')} AND ({lacks('postal')}) AND ({lacks('city')})"),
        Level("postal", same("postal"), frequency="postal"),
        Level("city", same("city"), frequency="city"),
    ),
)

COUNTRY = Comparison("country", lacks("country"), (Level(EQUAL, same("country"), frequency="country"),))

EMAIL = Comparison(
    "email",
    lacks("email"),
    (Level(EQUAL, same("email"), identifies=True), Level(CLOSE, _is_slip("email_l", "email_r"), identifies=True)),
)


def at_level(field: str, *levels: str) -> pl.Expr:
    """True for scored pairs that agree in the field at one of the levels (default: `equal`)."""
    return pl.col(field).is_in(levels or (EQUAL,))
