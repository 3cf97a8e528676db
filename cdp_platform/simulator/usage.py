"""How customers use the product week by week, and the product's own verdict on them.

Here: the truth about feature usage and health scores; both sink in the months before a customer leaves. Not here: the
product's tables (`platform`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdp_platform.simulator.chance import Chance, Ints, Mask
from cdp_platform.simulator.timeline import DAY, Timeline

FEATURES = ("leave_calendar", "approvals", "reports", "mobile_app", "payroll_export", "wellbeing_hub")
_ADOPTED = np.array([0.95, 0.8, 0.45, 0.55, 0.3, 0.25])
_WEEK = 7 * DAY
Grid = NDArray[np.float32]


@dataclass(frozen=True)
class Weeks:
    """A grid of companies by weeks: `level` is how well things go (about 0), `active` whether they are customers."""

    company: Ints
    monday: Ints
    level: Grid
    active: Mask


@dataclass(frozen=True)
class Usage:
    """Rows of feature usage by week."""

    company: Ints
    monday: Ints
    feature: Ints
    count: Ints
    users: Ints


@dataclass(frozen=True)
class Scores:
    """Health scores by day, in hundredths: score, usage, engagement, tickets, nps."""

    company: Ints
    day: Ints
    values: Ints


def weeks(chance: Chance, timeline: Timeline, company: Ints, since: Ints, until: Ints, leaves: Mask) -> Weeks:
    """The grid for customers from `since` to `until` (seconds); those who leave sink during their last four months."""
    first = timeline.start // DAY
    first += (4 - first % 7) % 7
    monday = np.arange(first, timeline.horizon // DAY - 6, 7)
    noise = chance.rng.normal(0, 0.28, (len(company), len(monday))).astype(np.float32)
    level = np.empty_like(noise)
    state = chance.rng.normal(0, 0.6, len(company)).astype(np.float32)
    for week in range(len(monday)):
        state = 0.93 * state + noise[:, week]
        level[:, week] = state
    ahead = (until[:, None] - monday[None, :] * DAY).astype(np.float32) / _WEEK
    sinking = np.where(leaves[:, None] & (ahead < 17), (17 - ahead) / 17 * 2.2, 0).astype(np.float32)
    level -= sinking
    active = (monday[None, :] * DAY >= since[:, None]) & (monday[None, :] * DAY < until[:, None])
    return Weeks(company, monday, level, active)


def feature_usage(chance: Chance, grid: Weeks, users: Ints) -> Usage:
    """Usage of the features that a customer has taken up; rarer where things go badly. `users`: people who might."""
    parts = []
    shape = grid.active.shape
    for feature, share in enumerate(_ADOPTED):
        adopted = chance.mask(float(share), len(grid.company)) * (0.6 if feature == 0 else 0.3)
        likely = (adopted[:, None] / (1 + np.exp(-1.3 * grid.level - 0.1))).astype(np.float32)
        rows, columns = np.nonzero(grid.active & (chance.rng.random(shape, dtype=np.float32) < likely))
        heads = np.minimum(1 + chance.rng.poisson(users[rows] * 0.5), users[rows])
        level = np.clip(grid.level[rows, columns], -2, 2)
        count = np.maximum(chance.rng.poisson(heads * 4.0 * np.exp(0.5 * level)), heads)
        parts.append((rows, columns, np.full(len(rows), feature), count, heads))
    rows, columns, feature_of, count, heads = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((feature_of, rows, columns))
    rows, columns = rows[order], columns[order]
    return Usage(
        grid.company[rows], grid.monday[columns], feature_of[order], count[order].astype(np.int64), heads[order]
    )


def health_scores(chance: Chance, grid: Weeks, weekly: Mask) -> Scores:
    """Scores of every week for large customers (`weekly`), of every fourth for the others."""
    week = np.arange(len(grid.monday))
    due = weekly[:, None] | ((week[None, :] + grid.company[:, None]) % 4 == 0)
    rows, columns = np.nonzero(grid.active & due)
    order = np.lexsort((rows, columns))
    rows, columns = rows[order], columns[order]
    level = grid.level[rows, columns]
    n = len(rows)
    parts = []
    for middle, slope, spread in ((66, 17, 5), (63, 15, 6), (74, 9, 9), (62, 11, 10)):
        value = middle + slope * level + chance.rng.normal(0, spread, n)
        parts.append(np.rint(np.clip(value, 0, 100) * 100).astype(np.int64))
    weighted = 40 * parts[0] + 30 * parts[1] + 20 * parts[2] + 10 * parts[3]
    score = (weighted + 50) // 100
    return Scores(grid.company[rows], grid.monday[columns] + rows % 5, np.stack([score, *parts]))
