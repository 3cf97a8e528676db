"""Stripe: billing where no ERP exists. Objects as the API returns them: amounts in minor units, times in epochs."""

from cdp_platform.sources.columns import currency, epoch, flag, integer, json, key, money, text
from cdp_platform.sources.contract import Cadence, Column, Deletes, Pii, Source, Stream, Type


def _stream(name: str, noun: str, description: str, *columns: Column) -> Stream:
    created = epoch("created", "When the object was created.", required=True, critical=True)
    updated = epoch("updated", "When the object last changed; the connector adds it.", optional=True)
    deleted = flag("is_deleted", "Deleted at the source; the connector adds it.", optional=True)
    return Stream(
        name, noun, description, key=("id",), cursor="updated", cursor_fallback="created", cadence=Cadence.STATIC,
        deletes=Deletes.FLAG, delete_column="is_deleted",
        columns=(key("id", "Object id."), *columns, created, updated, deleted),
    )  # fmt: skip


STRIPE = Source(
    name="stripe",
    description="Payments: customers, products, prices, subscriptions, invoices and charges.",
    owner="team:finance",
    streams=(
        _stream(
            "customers", "customer", "A payer.",
            text("name", "Name of a person or company.", pii=Pii.NAME),
            text("email", "E-mail address.", pii=Pii.EMAIL),
            text("phone", "Phone.", pii=Pii.PHONE),
            json("address", "Postal address.", pii=Pii.ADDRESS),
            text("description", "Free text."),
            currency("currency", "Currency of the payer."),
            integer("balance", "Minor units owed (positive) or credited (negative)."),
            flag("delinquent", "The latest charge failed."),
            json("metadata", "Keys and values set by us."),
        ),
        _stream(
            "products", "product", "Something sold.",
            text("name", "Name of the product."),
            text("description", "Description."),
            flag("active", "Can be bought."),
            text("default_price", "Its usual price."),
            json("metadata", "Keys and values set by us."),
        ),
        _stream(
            "prices", "price", "What a product costs.",
            text("product", "The product.", required=True),
            currency("currency", "Currency of the price.", required=True),
            money("unit_amount", "Minor units for one unit.", type=Type.INTEGER),
            text("type", "one_time or recurring."),
            json("recurring", "Interval of a recurring price."),
            flag("active", "Can be used."),
        ),
        _stream(
            "subscriptions", "subscription", "A running agreement.",
            text("customer", "The payer.", required=True),
            text("status", "Status.", required=True),
            currency("currency", "Currency.", required=True),
            json("items", "Prices and quantities."),
            epoch("start_date", "When it began."),
            epoch("canceled_at", "When it was cancelled."),
            epoch("ended_at", "When it ended."),
        ),
        _stream(
            "invoices", "invoice", "A bill.",
            text("customer", "The payer."),
            text("number", "Number on the document."),
            text("status", "draft, open, paid, uncollectible or void."),
            currency("currency", "Currency of the amounts.", required=True),
            money("total", "Minor units after discounts and tax.", type=Type.INTEGER, required=True),
            money("amount_paid", "Minor units paid.", type=Type.INTEGER),
            epoch("due_date", "When it is due."),
            epoch("period_start", "First moment billed for."),
            epoch("period_end", "Last moment billed for."),
            text("subscription", "The subscription billed.", optional=True),
            json("lines", "Its lines."),
        ),
        _stream(
            "charges", "charge", "An attempt to take money.",
            text("customer", "The payer."),
            currency("currency", "Currency of the amounts.", required=True),
            money("amount", "Minor units asked for.", type=Type.INTEGER, required=True, minimum=0),
            money("amount_refunded", "Minor units given back.", type=Type.INTEGER),
            flag("paid", "Succeeded.", required=True),
            text("status", "succeeded, pending or failed.", required=True),
            text("invoice", "The invoice paid.", optional=True),
            json("billing_details", "Payer as typed.", pii=Pii.NAME),
        ),
    ),
)  # fmt: skip
