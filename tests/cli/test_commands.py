"""The group: its help, its manners, and that a small command imports little."""

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest

from cdp_platform.cli import COMMANDS, main
from cdp_platform.cli import cdp as group
from cdp_platform.cli.errors import EMPTY_HOME, USER_MISTAKES
from cdp_platform.environment import PROJECT, Settings
from tests.cli.conftest import Said


def _commands() -> list[tuple[str, click.Command]]:
    context = click.Context(group)
    found = []
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", each) for sub, each in command.commands.items()]
    return found


def test_the_group_lists_every_command_with_the_first_sentence_of_its_own_help() -> None:
    for name, (_, summary) in COMMANDS.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.name == name
        said = " ".join((command.help or "").split("\n\n")[0].split())
        assert said == summary


def test_help_is_printed_in_the_order_of_a_first_day(cdp: Callable[..., Said]) -> None:
    said = cdp("--help")
    assert said.code == 0
    listed = re.findall(r"^  ([a-z]+)  ", said.out.split("Commands:")[1], re.MULTILINE)
    assert listed == list(COMMANDS)


def test_every_command_shows_an_example() -> None:
    without = [
        name
        for name, command in _commands()
        if not isinstance(command, click.Group) and f"cdp {name}" not in (command.help or "")
    ]
    # Their help belongs to whoever adds an example to it.
    assert set(without) <= {"demo", "refresh", "score", "dev"}


def test_everything_that_prints_data_takes_a_format() -> None:
    printing = {"simulate", "status", "where", "trace", "sql", "score", "publish list"}
    printing |= {"quarantine list", "quarantine show", "identity measure", "identity preview"}
    taking = {name for name, command in _commands() if any("--format" in param.opts for param in command.params)}
    assert printing <= taking


@pytest.mark.parametrize("arguments", [["nope"], ["sql"], ["publish", "nope"], ["status", "--nope"]])
def test_wrong_use_is_2_and_says_how(cdp: Callable[..., Said], arguments: list[str]) -> None:
    said = cdp(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert "Usage: cdp" in said.err
    assert "Traceback" not in said.err


def test_it_is_called_cdp_whoever_started_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/python3 -m something", "nope"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err.startswith("Usage: cdp [OPTIONS]")


def test_every_mistake_is_an_exception_of_that_name() -> None:
    for name in USER_MISTAKES:
        module, _, exception = name.rpartition(".")
        raised = getattr(import_module(module), exception)
        assert issubclass(raised, Exception), name
        assert inspect.getdoc(raised), name
    assert {name.rpartition(".")[2] for name in USER_MISTAKES} >= EMPTY_HOME


def test_a_mistake_is_one_sentence_and_no_traceback(cdp: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDP_TARGET", "nope")
    said = cdp("publish", "list")
    assert (said.code, said.out) == (2, "")
    assert said.err == "cdp: CDP_TARGET is 'nope'; it must be one of: local, production, simulated_snowflake\n"


def test_who_asks_an_empty_home_is_told_of_the_demo(
    cdp: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CDP_HOME")
    monkeypatch.chdir(tmp_path)
    assert "CDP_HOME" not in cdp("sql", "SELECT 1").err
    (tmp_path / ".cdp" / "demo").mkdir(parents=True)
    assert cdp("sql", "SELECT 1").err.endswith("export CDP_HOME=.cdp/demo to look at the demo\n")


def _imported(settings: Settings, *arguments: str) -> set[str]:
    """The packages that a command has imported when it ends."""
    script = (
        "import sys\nfrom cdp_platform.cli import main\n"
        f"sys.argv = ['cdp', *{list(arguments)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('\\n' + ' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True,
        env={"CDP_HOME": str(settings.home), "PATH": ""},
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


HEAVY = {"dagster", "dbt", "dagster_dbt", "polars", "pandera", "pyarrow", "sqlalchemy", "scipy"}


def test_help_and_reading_start_without_what_they_do_not_need(settings: Settings, versions: list[str]) -> None:
    assert _imported(settings, "--help") & {*HEAVY, "duckdb", "sqlglot", "rich"} == set()
    assert _imported(settings, "sql", "SELECT 1") & HEAVY == set()
    assert _imported(settings, "publish", "list") & {*HEAVY, "sqlglot"} == set()


def test_status_starts_without_what_builds(
    settings: Settings, versions: list[str], operations: Callable[[], None]
) -> None:
    operations()
    assert _imported(settings, "status") & {"dbt", "dagster_dbt", "polars", "pandera", "sqlglot"} == set()


def _process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`cdp` as its entry point runs it, with something left to do at the end."""
    script = (
        "import atexit, sys\nfrom cdp_platform.cli import process\n"
        f"sys.argv = ['cdp', *{list(arguments)!r}]\n"
        "atexit.register(print, 'tidied up', file=sys.stderr)\nprocess()"
    )
    return subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["nonsense"], 2)])
def test_the_process_ends_at_once_but_says_and_tidies_all(arguments: list[str], code: int) -> None:
    done = _process(*arguments)
    assert done.returncode == code
    assert ("cdp demo" in done.stdout) == (code == 0)
    assert done.stderr.endswith("tidied up\n")
    assert ("nonsense" in done.stderr) == (code == 2)


def test_the_process_survives_a_reader_that_has_gone() -> None:
    script = "import sys; from cdp_platform.cli import process; sys.argv = ['cdp', '--help']; process()"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert "Traceback" not in done.stderr
