"""How a system sees parties: a profile and its own randomness, bound to a world.

Here: what `versions` asks for each sighting. Not here: the sightings themselves (`sightings`, `encounters`).
"""

import polars as pl

from cdp_platform.simulator.chance import Ints
from cdp_platform.simulator.encounters import see_persons
from cdp_platform.simulator.population import Population
from cdp_platform.simulator.profiles import Profile
from cdp_platform.simulator.sightings import see_companies
from cdp_platform.simulator.versions import See


def company_view(world: Population, profile: Profile, *names: str) -> See:
    """How a system with this profile sees companies."""
    chance = world.chance(*names, "seen")

    def see(who: Ints, at: Ints, fuller: bool) -> pl.DataFrame:
        return see_companies(world.companies, who, at, profile.fuller() if fuller else profile, chance, world.noise)

    return see


def person_view(world: Population, profile: Profile, *names: str) -> See:
    """How a system with this profile sees persons; the columns that only companies have are null."""
    chance = world.chance(*names, "seen")

    def see(who: Ints, at: Ints, fuller: bool) -> pl.DataFrame:
        profile_now = profile.fuller() if fuller else profile
        seen = see_persons(world.people, world.companies, who, at, profile_now, chance, world.noise)
        empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(who))
        return seen.with_columns(empty.alias("tax_id"))

    return see
