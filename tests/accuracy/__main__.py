"""`make accuracy`: measure, and write docs/identity_figures.md with its plots."""

import argparse
import time

from tests.accuracy.document import FIGURES, IMAGES, ROOT, progress, write
from tests.accuracy.sections import DEFAULT, SECTIONS


def main() -> None:
    """Measure the sections that are named, or all but the one at scale 1, and write each as soon as it is done."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("section", nargs="*", choices=[*SECTIONS, []], help=f"default: {', '.join(DEFAULT)}")
    IMAGES.mkdir(exist_ok=True)
    for name in parser.parse_args().section or DEFAULT:
        title, measure = SECTIONS[name]
        progress(f"{title} …")
        begun = time.perf_counter()
        write(name, title, measure())
        progress(f"  {time.perf_counter() - begun:.0f} s")
    progress(f"written to {FIGURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
