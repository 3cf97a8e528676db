"""What kind of work a session does, for an engine that sells computing by the kind of work."""

from enum import StrEnum


class Workload(StrEnum):
    """Each is a warehouse of its own on Snowflake, so that one never waits for another and each is billed apart."""

    LOAD = "load"
    BUILD = "build"
    CHECK = "check"
