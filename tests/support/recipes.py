"""The fenced blocks of a document, done: files written, lines put in their place, commands run.

Here: reading blocks, applying them to a copy of the project. Not here: which documents, and what must come out.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cdp_platform.environment import PROJECT

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMES_A_FILE = re.compile(r"(?:#|--|\+\+\+) ([\w./-]+\.\w+)\n")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that its first line names (None: no file), and its other lines."""

    language: str
    file: str | None
    text: str


def blocks(text: str, under: str | None = None) -> list[Block]:
    """The blocks of a document's text, or of its section `under`, in order."""
    if under is not None:
        text = re.split(rf"^## {re.escape(under)}$", text, flags=re.MULTILINE)[1]
        text = re.split(r"^## ", text, flags=re.MULTILINE)[0]
    found = []
    for language, body in FENCE.findall(text):
        named = NAMES_A_FILE.match(body)
        found.append(Block(language, named[1] if named else None, body[named.end() :] if named else body))
    return found


def commands(script: str) -> Iterator[str]:
    """The commands of a shell block with their here-documents, one after the other."""
    for command in re.findall(r"^[^\n]*<<'END'\n.*?^END$|^[^\n]+", script, re.MULTILINE | re.DOTALL):
        said = re.sub(r"\s+#[^\n]*$", "", command)
        if said.strip() and not said.startswith("#"):
            yield said


def copy_project(to: Path) -> None:
    """What is tracked, or would be if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (PROJECT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, to / name)


def apply(block: Block, root: Path) -> None:
    """Write the file that a block names, or put the lines of a diff where their neighbours stand."""
    assert block.file is not None
    path = root / block.file
    if block.language != "diff":
        assert not path.exists(), f"{block.file} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return
    lines = block.text.splitlines(keepends=True)
    before = "".join(line[1:] or line for line in lines if not line.startswith("+"))
    after = "".join(line[1:] or line for line in lines if not line.startswith("-"))
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{block.file} has {text.count(before)} places, not one, for\n{block.text}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def run(command: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in `root` with its code, this environment's programs and nothing else of this environment."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(root),
        "HOME": str(root),
        "DO_NOT_TRACK": "1",
    }
    return subprocess.run(
        ["bash", "-c", command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
