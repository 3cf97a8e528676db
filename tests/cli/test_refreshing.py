"""`cdp refresh`: wrong use. What it does is tested in `main_job`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("payroll",), "cdp: nothing is named 'payroll'; `cdp where` lists what there is"),
        (("finance", "--full"), "leave out --full, or SELECTION"),
        (("--landing", "."), "has no folder of a source"),
    ],
)
def test_wrong_use_is_one_sentence(
    cdp: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = cdp("refresh", *words)
    assert (done.code, said in done.err) == (2, True), done.err
    assert "Traceback" not in done.err
