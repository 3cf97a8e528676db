"""Reading delivered files row by row, losing nothing: what cannot be read is handed over with its reason.

Here: which reader takes which format, and what makes a file as a whole unreadable. Not here: the formats themselves
(`csv_rows`, `jsonl_rows`, `parquet_rows`), types (`typed`), rules (`contract`).
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO

import pyarrow as pa

from cdp_platform.landing.chunk import Chunk, UnreadableFile
from cdp_platform.landing.csv_rows import read_csv
from cdp_platform.landing.files import LandedFile
from cdp_platform.landing.jsonl_rows import read_jsonl
from cdp_platform.landing.parquet_rows import read_parquet
from cdp_platform.sources import Stream

BUFFER = 1024 * 1024
UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


def read(file: LandedFile, stream: Stream | None) -> Iterator[Chunk]:
    """The rows of a file in chunks. Raises UnreadableFile, possibly after some chunks: then none of them counts.

    `stream`: None for a file that nobody has declared.
    """
    if file.path.stat().st_size == 0:
        raise UnreadableFile("the file is empty")
    declared = [column.raw_name for column in stream.columns] if stream else None
    try:
        match file.format:
            case "csv":
                with file.path.open("rb") as handle:
                    _refuse_other_encodings(handle.read(4))
                yield from read_csv(file.path, declared)
            case "jsonl":
                with file.path.open("rb") as handle:
                    yield from _read_lines(handle.peek(4), handle)
            case "jsonl.gz":
                with gzip.open(file.path) as packed, io.BufferedReader(packed, BUFFER) as handle:
                    yield from _read_lines(handle.peek(4), handle)
            case "parquet":
                yield from read_parquet(file.path, declared)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile("not a complete gzip file") from error
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"not a complete {file.format} file: {type(error).__name__}") from error


def _read_lines(beginning: bytes, handle: IO[bytes]) -> Iterator[Chunk]:
    _refuse_other_encodings(beginning)
    yield from read_jsonl(handle)


def _refuse_other_encodings(beginning: bytes) -> None:
    if beginning.startswith(UTF_16_OR_32):
        raise UnreadableFile("UTF-16 or UTF-32; only UTF-8 is read")
