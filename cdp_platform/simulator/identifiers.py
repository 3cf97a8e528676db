"""Numbers and codes that identify things: record ids in each vendor's form, tax ids, phone digits, postal codes.

Here: fast construction of such texts. All ids are functions of a record's number, so they are the same in every
delivery. Not here: how a person mistypes them (`spelling`).
"""

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from cdp_platform.simulator.chance import Chance, Ints

Bytes = NDArray[np.uint8]
_BASE62 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", np.uint8)
_CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", np.uint8)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_LETTERS = np.frombuffer(b"ABCDEFGHJKLMNPRSTUVWXY", np.uint8)


def texts(signs: Bytes) -> pl.Series:
    """A text column from a matrix of ASCII signs, one row each."""
    n, width = signs.shape
    offsets = np.arange(n + 1, dtype=np.int64) * width
    data = pa.py_buffer(np.ascontiguousarray(signs))
    array = pa.Array.from_buffers(pa.large_string(), n, [None, pa.py_buffer(offsets), data])
    column = pl.from_arrow(array)
    assert isinstance(column, pl.Series)
    return column


def digits(numbers: Ints, width: int) -> Bytes:
    """Decimal signs of numbers, with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + 48).astype(np.uint8)


def scattered(n: int, width: int, salt: int) -> Ints:
    """Distinct numbers of at most `width` digits in an order that tells nothing (a bijection of 0..n-1)."""
    size = 10**width
    return (np.arange(n, dtype=np.int64) * 7_368_787 % size * 13 + salt * 7919 + 12_345) % size


def patterned(chance: Chance, pattern: str, n: int, prefix: str = "", unique: Ints | None = None) -> pl.Series:
    """Texts in the form of `pattern` (`#` digit, `@` letter); `prefix` replaces its first signs.

    `unique` numbers fill the first digits instead of random ones, so that no two texts are equal.
    """
    signs = np.tile(np.frombuffer(pattern.encode(), np.uint8), (n, 1))
    for sign, alphabet in ((ord("#"), _BASE62[:10]), (ord("@"), _LETTERS)):
        for place in np.flatnonzero(signs[0] == sign) if n else ():
            signs[:, place] = alphabet[chance.integers(0, len(alphabet), n)]
    if unique is not None and n:
        places = np.flatnonzero(np.frombuffer(pattern.encode(), np.uint8) == ord("#"))[:8]
        signs[:, places] = digits(unique % 10 ** len(places), len(places))
    signs[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)[: signs.shape[1]]
    return texts(signs)


def salesforce_ids(prefix: str, numbers: Ints) -> pl.Series:
    """Record ids of 18 signs; the last three tell the upper case of the first fifteen, as Salesforce has it."""
    signs = np.tile(np.frombuffer(f"{prefix}Hq00000".encode(), np.uint8), (len(numbers), 1))
    powers = 62 ** np.arange(4, -1, -1, dtype=np.int64)
    mixed = (numbers * 611_953 + 62**4 * 3) % 62**5
    signs = np.hstack([signs, _BASE62[mixed[:, None] // powers % 62]])
    upper = ((signs >= 65) & (signs <= 90)).reshape(len(numbers), 3, 5)
    check = _CHECK[(upper * (1 << np.arange(5))).sum(axis=2)]
    return texts(np.hstack([signs, check]))


def stripe_ids(prefix: str, numbers: Ints, salt: int) -> pl.Series:
    """Ids such as `cus_` and 14 signs, distinct for numbers below a billion."""
    mixed = (numbers * 982_451_653 + (salt + 3) * 7_103_104_729) % 62**6
    powers = 62 ** np.arange(5, -1, -1, dtype=np.int64)
    head = _BASE62[mixed[:, None] // powers % 62]
    tail = _BASE62[(mixed[:, None] * np.array([3, 7, 11, 13, 17, 19, 23, 29]) // 97) % 62]
    start = np.tile(np.frombuffer(f"{prefix}_".encode(), np.uint8), (len(numbers), 1))
    return texts(np.hstack([start, head, tail]))


def uuids(chance: Chance, n: int) -> pl.Series:
    """Random uuids in text form."""
    signs = _HEX[chance.rng.integers(0, 16, (n, 36), dtype=np.uint8)]
    signs[:, [8, 13, 18, 23]] = ord("-")
    signs[:, 14] = ord("4")
    return texts(signs)


def devices(chance: Chance, n: int) -> pl.Series:
    """Ids of phones and browsers: 16 hexadecimal signs."""
    return texts(_HEX[chance.rng.integers(0, 16, (n, 16), dtype=np.uint8)])


def numbered(start: int, numbers: Ints, prefix: str = "", width: int = 0) -> pl.Series:
    """Running numbers from `start`, as text."""
    column = pl.Series(numbers + start).cast(pl.String)
    if width:
        column = column.str.zfill(width)
    return (prefix + column) if prefix else column
