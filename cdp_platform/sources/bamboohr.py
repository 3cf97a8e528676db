"""BambooHR: our own staff. Never part of the customer master."""

from cdp_platform.sources.columns import business_day, cursor, key, text
from cdp_platform.sources.contract import Cadence, Deletes, Pii, Source, Stream

BAMBOOHR = Source(
    name="bamboohr",
    description="HR: our own employees and what happened in their employment.",
    owner="team:people-operations",
    streams=(
        Stream(
            "employees", "employee", "One of our own people; every delivery is the full list.",
            key=("id",), cursor="lastChanged", deletes=Deletes.ABSENCE, cadence=Cadence.WEEKLY,
            columns=(
                key("id", "Employee id."),
                text("employeeNumber", "Number on the contract."),
                text("firstName", "Given name.", pii=Pii.NAME),
                text("lastName", "Family name.", pii=Pii.NAME),
                text("workEmail", "Business e-mail.", pii=Pii.EMAIL),
                text("jobTitle", "Job title."),
                text("department", "Department."),
                text("division", "Division."),
                text("location", "Office."),
                text("supervisorId", "Employee id of the manager."),
                text("status", "Active or Inactive.", required=True, one_of=("Active", "Inactive")),
                business_day("hireDate", "First day.", required=True),
                business_day("terminationDate", "Last day; empty while employed."),
                cursor("lastChanged"),
            ),
        ),
        Stream(
            "employment_events", "employment_event", "A hire, termination, promotion or transfer.",
            key=("id",), cursor="lastChanged", cadence=Cadence.WEEKLY,
            columns=(
                key("id", "Event id."),
                text("employeeId", "The employee.", required=True),
                text("eventType", "What happened.", required=True,
                     one_of=("hire", "termination", "promotion", "transfer")),
                business_day("eventDate", "When it took effect.", required=True),
                text("reason", "Why, where it was recorded."),
                text("department", "Department after the event."),
                text("jobTitle", "Job title after the event."),
                cursor("lastChanged"),
            ),
        ),
    ),
)  # fmt: skip
