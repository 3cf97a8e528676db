"""The product's own PostgreSQL, read by change data capture. System of record for active lives and health scores."""

from cdp_platform.sources.columns import business_day, cursor, flag, integer, key, money, number, text, time
from cdp_platform.sources.contract import Cadence, Column, Control, Deletes, Pii, Source, Stream

_AUDIT = (
    cursor("updated_at"),
    time("_ab_cdc_deleted_at", "When the row was deleted; Airbyte's tombstone.", optional=True),
)


def _stream(name: str, noun: str, description: str, *columns: Column, cadence: Cadence = Cadence.DAILY,
            controls: tuple[Control, ...] = ()) -> Stream:  # fmt: skip
    return Stream(
        name, noun, description, key=("id",), cursor="updated_at", cadence=cadence, controls=controls,
        columns=(key("id", "Primary key."), *columns, *_AUDIT), deletes=Deletes.TOMBSTONE,
        delete_column="_ab_cdc_deleted_at",
    )  # fmt: skip


PLATFORM = Source(
    name="platform",
    description="The product's database: organizations, users, their employees, subscriptions, leave and usage.",
    owner="team:product-engineering",
    streams=(
        _stream(
            "organizations", "organization", "A tenant of the product.",
            text("name", "Company name as entered at sign-up.", required=True, pii=Pii.NAME),
            text("domain", "E-mail domain of the tenant."),
            text("billing_email", "Where invoices are sent.", pii=Pii.EMAIL),
            text("tax_id", "Tax or VAT id.", pii=Pii.TAX_ID),
            text("phone", "Phone.", pii=Pii.PHONE),
            text("street", "Street.", pii=Pii.ADDRESS),
            text("city", "City."),
            text("region", "State or region."),
            text("postal_code", "Postal code.", pii=Pii.ADDRESS),
            text("country", "ISO 3166 alpha-2 country code."),
            text("industry", "Industry as chosen at sign-up."),
            integer("employee_count", "Head count as entered at sign-up.", minimum=0),
            text("parent_organization_id", "The tenant this one belongs to."),
            time("created_at", "When the tenant signed up.", required=True),
            cadence=Cadence.WEEKLY,
        ),
        _stream(
            "users", "user", "A person who logs in to the product.",
            text("organization_id", "The tenant, empty for private persons."),
            text("first_name", "Given name.", pii=Pii.NAME),
            text("last_name", "Family name.", pii=Pii.NAME),
            text("email", "Login.", pii=Pii.EMAIL),
            text("phone", "Phone.", pii=Pii.PHONE),
            text("device_id", "The phone or browser last used."),
            text("country", "ISO 3166 alpha-2 country code."),
            text("role", "admin, manager or member."),
            flag("is_active", "May log in."),
            time("created_at", "When the user was created.", required=True),
            cadence=Cadence.BUSINESS_DAILY,
        ),
        _stream(
            "employees", "employee", "Somebody employed by a customer, whose leave the product manages.",
            text("organization_id", "The tenant.", required=True),
            text("status", "active or terminated.", required=True, one_of=("active", "terminated")),
            business_day("hired_on", "First day of employment."),
            business_day("terminated_on", "Last day of employment."),
        ),
        _stream(
            "subscriptions", "subscription", "What a tenant pays for, month by month.",
            text("organization_id", "The tenant.", required=True),
            text("product_code", "Our product code (SKU).", required=True),
            text("status", "active or canceled.", required=True, one_of=("active", "canceled")),
            integer("seats", "Employees covered.", minimum=0),
            money("mrr", "Monthly recurring revenue in US dollars.", required=True, minimum=0),
            business_day("started_on", "First day.", required=True),
            business_day("ended_on", "Last day; empty while it runs."),
            cadence=Cadence.WEEKLY,
        ),
        _stream(
            "leave_events", "leave_event", "An employee of a customer asked for, took or changed leave.",
            text("organization_id", "The tenant.", required=True),
            text("employee_id", "The employee.", required=True),
            text("event_type", "requested, approved, started or ended.", required=True),
            text("leave_type", "Kind of leave."),
            time("occurred_at", "When it happened.", required=True, critical=True),
            controls=(Control("row_count", period="occurred_at"),),
        ),
        _stream(
            "feature_usage", "feature_usage", "How often a tenant used a feature in a week.",
            text("organization_id", "The tenant.", required=True),
            text("feature", "Name of the feature.", required=True),
            business_day("used_on", "First day of the week.", required=True),
            integer("usage_count", "Times used.", required=True, minimum=0),
            integer("active_users", "Distinct users of the tenant that week.", minimum=0),
            cadence=Cadence.WEEKLY,
        ),
        _stream(
            "health_scores", "health_score", "The product's own weekly verdict on a tenant.",
            text("organization_id", "The tenant.", required=True),
            business_day("scored_on", "The day the score holds for.", required=True),
            number("score", "0 (lost) to 100 (thriving).", required=True, minimum=0, maximum=100),
            number("usage_score", "Usage component, 0 to 100.", minimum=0, maximum=100),
            number("engagement_score", "Engagement component, 0 to 100.", minimum=0, maximum=100),
            number("tickets_score", "Support component, 0 to 100; high is few tickets.", minimum=0, maximum=100),
            number("nps_score", "Satisfaction component, 0 to 100.", minimum=0, maximum=100),
            cadence=Cadence.WEEKLY,
        ),
    ),
)  # fmt: skip
