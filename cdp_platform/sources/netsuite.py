"""NetSuite ERP: who is billed, for what, and what counts as revenue. System of record for billings and recognition."""

from cdp_platform.sources.columns import business_day, currency, cursor, day, flag, key, money, number, text, time
from cdp_platform.sources.contract import Cadence, Column, Control, Deletes, Pii, Source, Stream

_CHANGED = cursor("lastModifiedDate")


def _stream(name: str, noun: str, description: str, *columns: Column, controls: tuple[Control, ...] = (),
            deletes: Deletes = Deletes.NEVER, cadence: Cadence = Cadence.BUSINESS_DAILY) -> Stream:  # fmt: skip
    return Stream(
        name, noun, description, key=("id",), cursor="lastModifiedDate", cadence=cadence, controls=controls,
        columns=(key("id", "Internal id."), *columns, _CHANGED), deletes=deletes,
        delete_column="deletedDate" if deletes is Deletes.TOMBSTONE else None,
    )  # fmt: skip


NETSUITE = Source(
    name="netsuite",
    description="ERP: customers, items, invoices, credit memos and revenue recognition.",
    owner="team:finance",
    streams=(
        _stream(
            "customer", "customer", "A billed company or person.",
            text("entityId", "Customer number shown on documents."),
            flag("isPerson", "A person, not a company.", required=True),
            text("companyName", "Legal name of a company.", pii=Pii.NAME),
            text("firstName", "Given name of a person.", pii=Pii.NAME),
            text("lastName", "Family name of a person.", pii=Pii.NAME),
            text("email", "Where invoices are sent.", pii=Pii.EMAIL),
            text("phone", "Phone.", pii=Pii.PHONE),
            text("url", "Web address."),
            text("vatRegNumber", "Tax or VAT id.", pii=Pii.TAX_ID),
            text("parent", "Internal id of the parent customer."),
            text("billStreet", "Street of the billing address.", pii=Pii.ADDRESS),
            text("billCity", "City of the billing address."),
            text("billState", "State or region of the billing address."),
            text("billZip", "Postal code of the billing address.", pii=Pii.ADDRESS),
            text("billCountry", "ISO 3166 alpha-2 code of the billing address."),
            currency("currency", "Currency the customer is billed in."),
            flag("isInactive", "No longer billed."),
            time("dateCreated", "When the record was created.", required=True),
            time("deletedDate", "When the record was deleted; a tombstone.", optional=True),
            deletes=Deletes.TOMBSTONE,
        ),
        _stream(
            "item", "item", "Something we sell.",
            text("itemId", "Our product code (SKU).", required=True),
            text("displayName", "Name of the product."),
            text("class", "Product line."),
            text("pricingTier", "Basic, Professional or Enterprise."),
            money("basePrice", "List price of a unit and month in US dollars."),
            flag("isInactive", "No longer sold."),
            cadence=Cadence.STATIC,
        ),
        _stream(
            "invoice", "invoice", "A bill we sent; its currency applies to its lines.",
            text("tranId", "Number on the document."),
            text("entity", "Internal id of the billed customer.", required=True),
            business_day("tranDate", "Date of the document.", required=True),
            day("dueDate", "When it is due."),
            currency("currency", "Currency of the amounts.", required=True),
            money("total", "Sum of the lines.", required=True),
            text("status", "Open, Paid In Full or Voided.", required=True),
            time("deletedDate", "When the document was deleted; a tombstone.", optional=True),
            controls=(Control("invoiced_amount", period="tranDate", measure="total", currency="currency"),),
            deletes=Deletes.TOMBSTONE,
        ),
        _stream(
            "invoiceitem", "invoice_line", "A line of an invoice.",
            text("invoice", "Internal id of the invoice.", required=True),
            text("item", "Internal id of the item."),
            number("quantity", "Units billed."),
            money("rate", "Price of one unit."),
            money("amount", "Value of the line in the invoice's currency.", required=True),
            time("deletedDate", "When the line was deleted; a tombstone.", optional=True),
            deletes=Deletes.TOMBSTONE,
        ),
        _stream(
            "creditmemo", "credit_memo", "Money given back; positive here, negative in gold.",
            text("tranId", "Number on the document."),
            text("entity", "Internal id of the credited customer.", required=True),
            text("createdFrom", "Internal id of the invoice it corrects."),
            text("item", "Internal id of the item."),
            business_day("tranDate", "Date of the document.", required=True),
            currency("currency", "Currency of the amount.", required=True),
            money("total", "The credited amount.", required=True, minimum=0),
            controls=(Control("credited_amount", period="tranDate", measure="total", currency="currency"),),
            cadence=Cadence.MONTHLY,
        ),
        _stream(
            "revenueplan", "revenue_recognition", "One month's share of an invoice line that counts as revenue.",
            text("invoice", "Internal id of the invoice.", required=True),
            text("invoiceItem", "Internal id of the invoice line.", required=True),
            text("entity", "Internal id of the customer.", required=True),
            text("item", "Internal id of the item."),
            business_day("recognitionDate", "The day the revenue is recognised.", required=True),
            currency("currency", "Currency of the amount.", required=True),
            money("amount", "The recognised amount.", required=True),
            controls=(Control("recognized_amount", period="recognitionDate", measure="amount", currency="currency"),),
        ),
        _stream(
            "currencyrate", "currency_rate", "What one unit of a currency is worth in ours from a date on.",
            currency("baseCurrency", "The reporting currency.", required=True),
            currency("transactionCurrency", "The currency that is converted.", required=True),
            number("exchangeRate", "Units of the base currency for one unit.", required=True, critical=True, minimum=0),
            business_day("effectiveDate", "First day of the rate.", required=True),
            cadence=Cadence.MONTHLY,
        ),
    ),
)  # fmt: skip
