"""The synthetic company: one truth, seen by several systems through their own errors, delivered into a landing zone.

Here: what others use. `simulate` and `add_days` write a landing zone and the truth about it, `simulate_records` one
file of party records; `Locales` is a mix of countries, `FAULTS` names what can be planted. Not here: the parts
(`world` is the truth, one file per system its view).
"""

from cdp_platform.simulator.addresses import Locales
from cdp_platform.simulator.faults import FAULTS
from cdp_platform.simulator.populations import simulate_records
from cdp_platform.simulator.simulation import add_days, simulate
from cdp_platform.simulator.summary import Summary
from cdp_platform.simulator.upkeep import days_missing, forget_other_company

__all__ = [
    "FAULTS", "Locales", "Summary", "add_days", "days_missing", "forget_other_company", "simulate", "simulate_records",
]  # fmt: skip
