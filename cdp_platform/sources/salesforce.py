"""Salesforce CRM: accounts, contacts, leads, the pipeline and its users. System of record for bookings."""

from cdp_platform.sources.columns import business_day, currency, cursor, flag, integer, key, money, number, text, time
from cdp_platform.sources.contract import Cadence, Column, Control, Deletes, Pii, Source, Stream

_AUDIT = (
    flag("IsDeleted", "In the recycle bin.", required=True),
    time("CreatedDate", "When the record was created.", required=True),
    cursor("SystemModstamp"),
)


def _stream(name: str, noun: str, description: str, *columns: Column, controls: tuple[Control, ...] = (),
            cadence: Cadence = Cadence.BUSINESS_DAILY) -> Stream:  # fmt: skip
    return Stream(
        name, noun, description, key=("Id",), cursor="SystemModstamp", deletes=Deletes.FLAG, cadence=cadence,
        delete_column="IsDeleted", columns=(key("Id", "Record id, 18 characters."), *columns, *_AUDIT),
        controls=controls,
    )  # fmt: skip


SALESFORCE = Source(
    name="salesforce",
    description="CRM: accounts, contacts, leads and the sales pipeline.",
    owner="team:revenue-operations",
    streams=(
        _stream(
            "Account", "account", "A company that we sell to or might sell to.",
            text("Name", "Company name as the seller typed it.", required=True, pii=Pii.NAME),
            text("Type", "Customer, Prospect, Partner or Former Customer."),
            text("ParentId", "The account this one belongs to."),
            text("BillingStreet", "Street of the billing address.", pii=Pii.ADDRESS),
            text("BillingCity", "City of the billing address."),
            text("BillingState", "State or region of the billing address."),
            text("BillingPostalCode", "Postal code of the billing address.", pii=Pii.ADDRESS),
            text("BillingCountry", "ISO 3166 alpha-2 code of the billing address."),
            text("Phone", "Switchboard.", pii=Pii.PHONE),
            text("Website", "The company's web address."),
            text("Industry", "Industry as the seller chose it."),
            integer("NumberOfEmployees", "Head count as the seller knows it.", minimum=0),
            money("AnnualRevenue", "The company's own yearly revenue."),
            text("OwnerId", "The user who owns the account."),
            text("Tax_Id__c", "Tax or VAT id.", pii=Pii.TAX_ID),
            text("Billing_Email__c", "Where invoices are sent.", pii=Pii.EMAIL),
        ),
        _stream(
            "Contact", "contact", "A person at an account.",
            text("AccountId", "The account the person belongs to."),
            text("FirstName", "Given name.", pii=Pii.NAME),
            text("LastName", "Family name.", required=True, pii=Pii.NAME),
            text("Email", "E-mail address.", pii=Pii.EMAIL),
            text("Phone", "Business phone.", pii=Pii.PHONE),
            text("MobilePhone", "Mobile phone.", pii=Pii.PHONE),
            text("Title", "Job title."),
            text("Birthdate", "Date of birth as typed.", pii=Pii.BIRTH_DATE),
            text("MailingStreet", "Street.", pii=Pii.ADDRESS),
            text("MailingCity", "City."),
            text("MailingState", "State or region."),
            text("MailingPostalCode", "Postal code.", pii=Pii.ADDRESS),
            text("MailingCountry", "ISO 3166 alpha-2 country code."),
            text("OwnerId", "The user who owns the contact."),
        ),
        _stream(
            "Lead", "lead", "A person who might become a contact.",
            text("FirstName", "Given name.", pii=Pii.NAME),
            text("LastName", "Family name.", required=True, pii=Pii.NAME),
            text("Company", "The employer as typed into a form.", pii=Pii.NAME),
            text("Email", "E-mail address.", pii=Pii.EMAIL),
            text("Phone", "Phone.", pii=Pii.PHONE),
            text("Website", "The employer's web address."),
            text("Street", "Street.", pii=Pii.ADDRESS),
            text("City", "City."),
            text("State", "State or region."),
            text("PostalCode", "Postal code.", pii=Pii.ADDRESS),
            text("Country", "ISO 3166 alpha-2 country code."),
            text("Status", "Open, Working, Qualified or Unqualified."),
            text("LeadSource", "Where the lead came from."),
            flag("IsConverted", "Has become a contact."),
            text("ConvertedAccountId", "The account it became."),
            text("ConvertedContactId", "The contact it became."),
            cadence=Cadence.WEEKLY,
        ),
        _stream(
            "Opportunity", "opportunity", "A deal in the pipeline.",
            text("AccountId", "The account that would buy."),
            text("Name", "Name of the deal."),
            text("StageName", "Stage of the deal.", required=True),
            money("Amount", "Value of the deal in its own currency."),
            business_day("CloseDate", "When the deal closed or is expected to.", required=True),
            flag("IsClosed", "No longer open.", required=True),
            flag("IsWon", "Closed in our favour.", required=True),
            text("Type", "New Business, Expansion or Renewal."),
            text("OwnerId", "The user who owns the deal."),
            currency("CurrencyIsoCode", "Currency of the amounts.", required=True),
            controls=(
                Control(
                    "closed_won_amount", period="CloseDate", measure="Amount", currency="CurrencyIsoCode", where="iswon"
                ),
            ),
        ),
        _stream(
            "OpportunityLineItem", "opportunity_line_item", "A product in a deal.",
            text("OpportunityId", "The deal.", required=True),
            text("ProductCode", "Our product code (SKU)."),
            number("Quantity", "Units sold."),
            money("UnitPrice", "Price of one unit."),
            money("TotalPrice", "Value of the line in the deal's currency.", required=True),
            business_day("ServiceDate", "When the service starts."),
            cadence=Cadence.WEEKLY,
        ),
        _stream(
            "User", "user", "One of our own people who uses the CRM.",
            text("Username", "Login.", pii=Pii.EMAIL),
            text("Email", "E-mail address.", pii=Pii.EMAIL),
            text("FirstName", "Given name.", pii=Pii.NAME),
            text("LastName", "Family name.", pii=Pii.NAME),
            text("Title", "Job title."),
            text("Department", "Department."),
            flag("IsActive", "May log in."),
            cadence=Cadence.STATIC,
        ),
    ),
)  # fmt: skip
