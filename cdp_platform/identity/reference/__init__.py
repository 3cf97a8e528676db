"""Reference lists: legal forms, free-mail providers, role mailboxes, nicknames, countries, titles, placeholders.

Here: the lists as text files beside this module, and how they are read. Not here: anything found from the data.
"""

from functools import cache
from importlib.resources import files


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def words(name: str) -> frozenset[str]:
    """The blank-separated words of the list `name`, e.g. `free_mail`."""
    return frozenset(word for line in _lines(f"{name}.txt") for word in line.split())


@cache
def phrases(name: str) -> frozenset[tuple[str, ...]]:
    """The lines of the list `name` as tuples of words, e.g. the legal form ('pty', 'ltd')."""
    return frozenset(tuple(line.split()) for line in _lines(f"{name}.txt"))


@cache
def synonyms(name: str) -> dict[str, tuple[str, ...]]:
    """Every spelling in the list `name` (lines `word: spelling, spelling`) with the words it may stand for, sorted.

    A word stands for itself.
    """
    found: dict[str, set[str]] = {}
    for line in _lines(f"{name}.txt"):
        word, _, spellings = line.partition(":")
        for spelling in (word, *spellings.split(",")):
            if spelling.strip():
                found.setdefault(spelling.strip(), set()).add(word.strip())
    return {spelling: tuple(sorted(meant)) for spelling, meant in found.items()}
