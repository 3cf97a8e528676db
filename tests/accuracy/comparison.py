"""Ours beside other methods on the same data in one run.

Here: the section, and its plot over the threshold. Not here: the methods (`splink_default`, `record_linkage`,
`founding_rules`), or how a figure is measured (`measure`).
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from cdp_platform.identity import reachable_parts
from cdp_platform.identity.schema import RECORD_TYPES
from tests.accuracy import plots, record_linkage, splink_default
from tests.accuracy.document import IMAGES, line, progress, table
from tests.accuracy.faker_records import SECOND, SECOND_SIZE, second_company
from tests.accuracy.measure import Figures, Scored, others, ours, ours_scored
from tests.accuracy.sample import SETTINGS, Sample, febrl, synthetic


def compared() -> str:
    """Ours and the others on the same data, and precision and recall over the threshold."""
    text = [
        f"""Splink and recordlinkage are given our normalised keys and the same blocks; neither needs labels.

- **Splink** {version("splink")}: its comparison library with term frequencies, u from random pairs, m by expectation
  maximisation, and the threshold {splink_default.THRESHOLD:g} of its tutorial.
- **recordlinkage** {version("recordlinkage")}: its ECM classifier and its own threshold, {record_linkage.THRESHOLD:g};
  only columns that {record_linkage.FULL:.0%} of the records have, for to it a missing value is a different one.
- For both, the threshold with the best F1 too, which only who knows the truth can choose.
- **Founding rules**: the founding documents' keys by the letter. One equal domain of the e-mail address (organizations
  only), e-mail address, legal name (lower case, without special characters) or tax id makes two records one.

Clusters are connected components. Seconds are of one run and include the keys.
"""
    ]
    for sample in (synthetic(SETTINGS[0]), second_company(SECOND_SIZE, *SECOND[0]), febrl(3)):
        progress(f"  {sample.name}")
        rows, sweeps = _compared(sample)
        text.append(f"### {sample.name}\n\n{table(rows)}")
        if sample.name == SETTINGS[0].name:
            plots.thresholds(sweeps, IMAGES / "thresholds.png")
            text.append(
                "Over the threshold (ours: the confidence of accepted edges):\n\n"
                "![Precision and reachable recall over the threshold, ours and Splink's](images/thresholds.png)\n"
            )
    return "\n".join(text)


def _compared(sample: Sample) -> tuple[list[Figures], Mapping[str, Mapping[str, Sequence[Figures]]]]:
    parts = reachable_parts(sample.records, sample.truth)
    mine, found = ours(sample, parts)
    splink: dict[str, Scored] = {}
    rows = [*mine, *others(sample, parts, splink.__setitem__)]
    kinds = [kind for kind in RECORD_TYPES if kind in splink]
    ordered = [row for kind in kinds for row in rows if row["record_type"] == kind]
    sweeps = {
        kind: {"ours": ours_scored(sample, found, kind, parts).sweep(), "Splink": splink[kind].sweep()}
        for kind in kinds
    }
    return [line("method", row["method"], row) | {"seconds": row["seconds"]} for row in ordered], sweeps
