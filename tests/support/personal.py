"""Looking for personal data where none may be: Dagster's own files, dbt's, whatever a run says.

Here: the values, and the search through files as they lie on the disk. Not here: masking (`serving/test_masking`).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from cdp_platform.environment import Settings
from cdp_platform.landing.tables import raw_relation
from cdp_platform.sources import SOURCES
from cdp_platform.sources.contract import Column, Pii, Type

WORD = re.compile(rb"[\w.+@-]{5,}")
"""What is compared of a file: a value that lies there in another guise, such as compressed, is not found."""
AROUND = b".-"
ESCAPED = re.compile(rb"\\+[nrt]")


def personal_values(settings: Settings) -> set[bytes]:
    """Every e-mail address, phone number and tax id in a home's raw tables; names are words that anything may hold."""
    found: set[str] = set()
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
        for source in SOURCES:
            for stream in source.streams:
                for column in filter(_is_telling, stream.columns):
                    values = f'SELECT DISTINCT CAST("{column.raw_name}" AS VARCHAR) FROM {raw_relation(source, stream)}'
                    found |= {str(value) for (value,) in connection.execute(values).fetchall() if value}
    return {word for value in found for word in _words(value.encode()) if b"@" in word or _is_number(word)}


def _words(text: bytes) -> set[bytes]:
    """The words of a text, also where they are quoted, end a sentence, or follow an escaped line break."""
    return {word.strip(AROUND) for word in WORD.findall(ESCAPED.sub(b" ", text))}


def _is_telling(column: Column) -> bool:
    return column.type is Type.TEXT and column.pii in (Pii.EMAIL, Pii.PHONE, Pii.TAX_ID)


def _is_number(word: bytes) -> bool:
    return sum(byte in b"0123456789" for byte in word) >= 6


def files_with(values: set[bytes], folders: Iterable[Path]) -> Iterator[str]:
    """The files under the folders that hold one of the values, with how many; never with a value."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (held := values & _words(path.read_bytes())):
                yield f"{path.relative_to(folder.parent)} holds {len(held)}"
