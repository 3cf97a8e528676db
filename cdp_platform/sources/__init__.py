"""The systems that customer data comes from, one module each; `SOURCES` is the only list of them."""

from cdp_platform.sources.bamboohr import BAMBOOHR
from cdp_platform.sources.contract import Source, Stream
from cdp_platform.sources.netsuite import NETSUITE
from cdp_platform.sources.platform import PLATFORM
from cdp_platform.sources.salesforce import SALESFORCE
from cdp_platform.sources.stripe import STRIPE

SOURCES: tuple[Source, ...] = (SALESFORCE, NETSUITE, PLATFORM, BAMBOOHR, STRIPE)

__all__ = ["SOURCES", "Source", "Stream"]
