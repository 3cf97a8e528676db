"""How people misspell: typing errors, lost accents, wrong case, spellings of phones, dates and company names.

Here: functions from texts to other texts, each only where a mask says so. Not here: how often (`profiles`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Chance, Ints, Mask, where

_PLAIN = {
    "a": "áàâãå",
    "ae": "äæ",
    "e": "éèêë",
    "i": "íìîï",
    "o": "óòôõø",
    "oe": "ö",
    "u": "úùû",
    "ue": "ü",
    "c": "ç",
    "n": "ñ",
    "ss": "ß",
}
_ACCENTS = {accented: plain for plain, signs in _PLAIN.items() for accented in signs}
_ACCENTS |= {k.upper(): v.capitalize() for k, v in _ACCENTS.items() if k != "ß"}
_FLAT = {k: v[0] for k, v in _ACCENTS.items()} | {"ß": "s"}
_NEIGHBOURS = "qwertyuiopasdfghjklzxcvbnm"


def transliterated(column: pl.Series) -> pl.Series:
    """Without accents, umlauts written out: `Müller` gives `Mueller`."""
    return column.str.replace_many(list(_ACCENTS), list(_ACCENTS.values()))


def flattened(column: pl.Series) -> pl.Series:
    """Without accents, the careless way: `Müller` gives `Muller`."""
    return column.str.replace_many(list(_FLAT), list(_FLAT.values()))


def slug(column: pl.Series, joiner: str = "") -> pl.Series:
    """Lower-case ASCII letters and digits only, words joined by `joiner`."""
    lower = transliterated(column).str.to_lowercase().str.replace_all(r"[^a-z0-9]+", joiner or "")
    return lower.str.strip_chars(joiner) if joiner else lower


def on(column: pl.Series, mask: Mask, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply `change` to the values under the mask only."""
    if not mask.any():
        return column
    positions = np.flatnonzero(mask)
    changed = change(column.gather(positions))
    return column.scatter(positions, changed)


def typos(column: pl.Series, mask: Mask, chance: Chance) -> pl.Series:
    """One slip of the finger after the first sign: a sign lost, doubled, swapped with the next, or the wrong key."""
    return on(column, mask, lambda values: _slip(values, chance))


def _slip(values: pl.Series, chance: Chance) -> pl.Series:
    n = len(values)
    length = values.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
    frame = pl.DataFrame({
        "v": values,
        "p": 1 + chance.below(np.maximum(length - 2, 1)),
        "kind": chance.integers(0, 4, n),
        "key": chance.pick(list(_NEIGHBOURS), n),
    })  # fmt: skip
    text, place = pl.col("v"), pl.col("p")
    before, sign, after = text.str.slice(0, place), text.str.slice(place, 1), text.str.slice(place + 1)
    lost = pl.concat_str(before, after)
    doubled = pl.concat_str(before, sign, sign, after)
    swapped = pl.concat_str(before, after.str.slice(0, 1), sign, text.str.slice(place + 2))
    key = pl.when(sign.str.contains(r"^\d$")).then((place % 10).cast(pl.String)).otherwise(pl.col("key"))
    wrong = pl.concat_str(before, key, after)
    kinds = pl.when(pl.col("kind") == 0).then(lost).when(pl.col("kind") == 1).then(doubled)
    changed = kinds.when(pl.col("kind") == 2).then(swapped).otherwise(wrong)
    short = text.str.len_chars() < 4
    return frame.select(pl.when(short).then(text).otherwise(changed))["v"]


def cased(column: pl.Series, upper: Mask, lower: Mask) -> pl.Series:
    """Shouting or not bothering."""
    column = on(column, upper, lambda v: v.str.to_uppercase())
    return on(column, lower, lambda v: v.str.to_lowercase())


def phones(code: pl.Series, trunk: pl.Series, number: pl.Series, style: Ints) -> pl.Series:
    """A phone number in one of six spellings; `number` are the national digits without trunk prefix."""
    frame = pl.DataFrame({"c": code, "t": trunk, "n": number, "s": style})
    c, t, n, s = pl.col("c"), pl.col("t"), pl.col("n"), pl.col("s")
    a, b, d = n.str.slice(0, 3), n.str.slice(3, 3), n.str.slice(6)
    styles = [
        pl.concat_str(pl.lit("+"), c, n),
        pl.concat_str(pl.lit("+"), c, pl.lit(" "), a, pl.lit(" "), b, pl.lit(" "), d),
        pl.concat_str(t, a, pl.lit("-"), b, pl.lit("-"), d),
        pl.concat_str(pl.lit("("), t, a, pl.lit(") "), b, pl.lit("-"), d),
        pl.concat_str(t, n),
        pl.concat_str(pl.lit("00"), c, pl.lit(" "), n),
    ]
    chosen: Any = pl.when(s == 0).then(styles[0])
    for number_of, style_of in enumerate(styles[1:-1], start=1):
        chosen = chosen.when(s == number_of).then(style_of)
    return frame.select(chosen.otherwise(styles[-1]).alias("p"))["p"]


def swapped_words(column: pl.Series, mask: Mask) -> pl.Series:
    """`Ada Byron` gives `Byron, Ada`."""
    return on(column, mask, lambda v: v.str.replace(r"^(\S+) (.+)$", "$2, $1"))


def blank(column: pl.Series, mask: Mask) -> pl.Series:
    """Null under the mask."""
    return where(mask, None, column) if mask.any() else column
