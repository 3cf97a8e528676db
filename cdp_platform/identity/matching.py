"""Which rules match which type of record.

Here: the one register. Not here: the rules (`organizations`, `persons`).
"""

from collections.abc import Mapping
from types import ModuleType

from cdp_platform.identity import organizations, persons
from cdp_platform.identity.schema import ORGANIZATION, PERSON

RULES_OF: Mapping[str, ModuleType] = {ORGANIZATION: organizations, PERSON: persons}
"""Record type to a module with `FACETS`, `shared`, `guarded`, `prepared`, `blocks`, `linked`, `judged` and
`nameless_edges`."""
