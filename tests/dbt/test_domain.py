"""What the domain makes of staging: parties, and money whose sums must be right to the cent."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from cdp_platform.warehouse.duckdb import Connection
from tests.dbt.deliveries import FIRST, Deliveries


def party(raw: Deliveries) -> None:
    old, new = "2026-01-01 00:00:00+00", "2026-01-02 00:00:00+00"
    acme = {"id": "a", "parentid": "p", "createddate": old, "isdeleted": False}
    raw.add("salesforce__account", FIRST, name="Acme", systemmodstamp=old, **acme)
    typed = {"name": "  Acme Inc ", "billing_email__c": " ", "billingcountry": "de"}
    raw.add("salesforce__account", FIRST, systemmodstamp=new, **typed, **acme)
    raw.add("salesforce__account", FIRST, id="gone", isdeleted=True, systemmodstamp=old)
    for id, birth in (
        ("1", "1980-12-31"),
        ("2", "31.12.1980"),
        ("3", "12/31/1980"),
        ("4", "someday"),
        ("5", "1900-01-01"),
    ):
        someone = {"id": id, "accountid": "a", "lastname": "Li", "birthdate": birth, "isdeleted": False}
        raw.add("salesforce__contact", FIRST, systemmodstamp=old, **someone)
    payers = (("Al Li", "al@gmail.com"), ("Li Ltd", "li@gmail.com"), ("Acme Lifts", "jo@acme.com"), ("Zed", "ap@x.com"))
    for id, (name, email) in enumerate(payers):
        raw.add("stripe__customers", FIRST, id=str(id), name=name, email=email, created=1)


def money(raw: Deliveries) -> None:
    raw.add("netsuite__customer", FIRST, id="7", companyname="Acme", lastmodifieddate=FIRST)
    for id, status, amount in (("paid", "Paid In Full", 0.1), ("voided", "Voided", 5.0)):
        document = {"id": id, "entity": "7", "currency": "eur", "trandate": "2026-01-05", "status": status}
        line = {"id": f"{id}_line", "invoice": id, "item": "1", "amount": amount}
        raw.add("netsuite__invoice", FIRST, total=amount, lastmodifieddate=FIRST, **document)
        raw.add("netsuite__invoiceitem", FIRST, lastmodifieddate=FIRST, **line)
    credit = {"id": "credit", "entity": "7", "item": "1", "currency": "EUR", "trandate": "2026-01-06"}
    raw.add("netsuite__creditmemo", FIRST, total=0.2, lastmodifieddate=FIRST, **credit)
    raw.add("netsuite__item", FIRST, id="1", itemid="SKU-1", lastmodifieddate=FIRST)
    for id, won, lines in (("won", True, 2), ("won_without_lines", True, 0), ("lost", False, 1)):
        deal = {"accountid": "a", "currencyisocode": "USD", "amount": 9.0, "closedate": "2026-01-07"}
        state = {"iswon": won, "isclosed": True, "isdeleted": False, "systemmodstamp": FIRST}
        raw.add("salesforce__opportunity", FIRST, id=id, **deal, **state)
        for line in range(lines):
            item = {"id": f"{id}_{line}", "opportunityid": id, "productcode": "SKU-1", "totalprice": 4.5}
            raw.add("salesforce__opportunitylineitem", FIRST, isdeleted=False, systemmodstamp=FIRST, **item)
    for id, currency, status in (("usd", "usd", "open"), ("jpy", "jpy", "paid"), ("draft", "usd", "draft")):
        lines = {"data": [{"price": {"product": "prod"}}, {"price": {"product": "prod" if id == "usd" else "other"}}]}
        bill = {"total": 1234, "currency": currency, "status": status, "lines": lines, "created": 1767225599}
        raw.add("stripe__invoices", FIRST, id=id, **bill)
    for id, amount, interval, count in (("monthly", 1000, "month", 1), ("yearly", 12000, "year", 2)):
        recurring = {"interval": interval, "interval_count": count}
        price = {"unit_amount": amount, "product": "prod", "recurring": recurring, "currency": "usd", "created": 1}
        raw.add("stripe__prices", FIRST, id=id, **price)
    raw.add("stripe__products", FIRST, id="prod", metadata={"product_code": "SKU-1"}, created=1)
    items = {"data": [{"quantity": 2, "price": {"id": "monthly"}}, {"quantity": 1, "price": {"id": "yearly"}}]}
    agreement = {"id": "s", "customer": "3", "currency": "usd", "created": 1, "items": items}
    raw.add("stripe__subscriptions", FIRST, status="active", start_date=0, **agreement)
    for id, base, day, rate in (("1", "USD", 1, 1.1), ("2", "USD", 9, 1.2), ("3", "USD", 9, 1.3), ("4", "GBP", 5, 9.9)):
        quote = {"basecurrency": base, "transactioncurrency": "EUR", "exchangerate": rate}
        day_of = {"effectivedate": f"2026-01-0{day}", "lastmodifieddate": f"2026-01-0{id} 00:00:00+00"}
        raw.add("netsuite__currencyrate", FIRST, id=id, **quote, **day_of)


def rows(raw: Deliveries) -> None:
    party(raw)
    money(raw)


@pytest.fixture(scope="module")
def warehouse(build: Callable[..., Connection]) -> Connection:
    return build(rows, select="+party +revenue +subscription +currency_rate")


def test_a_party_is_the_newest_version_of_a_record_that_exists(warehouse: Connection) -> None:
    found = warehouse.execute(
        "SELECT source_record_id, record_type, full_name, company_name, email, country, parent_source_record_id "
        "FROM domain.party WHERE source_object = 'account'"
    ).fetchall()
    acme = ("organization", "Acme Inc", "Acme Inc", None, "DE", "salesforce:account:p")
    assert found == [("salesforce:account:a", *acme)]


def test_a_date_of_birth_is_read_as_people_type_it(warehouse: Connection) -> None:
    found = warehouse.execute("SELECT birth_date FROM domain.party WHERE source_object = 'contact' ORDER BY source_id")
    assert [birth for (birth,) in found.fetchall()] == [*[date(1980, 12, 31)] * 3, None, None]


def test_a_payer_is_a_company_by_its_name_its_domain_or_its_office_s_mailbox(warehouse: Connection) -> None:
    of_stripe = "FROM domain.party WHERE source_system = 'stripe'"
    found = warehouse.execute(f"SELECT source_id, record_type {of_stripe} ORDER BY 1")
    assert found.fetchall() == [("0", "person"), *((id, "organization") for id in "123")]


def test_revenue_counts_won_deals_once_valid_bills_and_credits_as_negative(warehouse: Connection) -> None:
    found = warehouse.execute(
        "SELECT source_record_id, revenue_type, party_source_record_id, product_code, amount, currency_code "
        "FROM domain.revenue ORDER BY 1"
    ).fetchall()
    assert found == [
        ("netsuite:credit_memo:credit", "billed", "netsuite:customer:7", "SKU-1", Decimal("-0.20"), "EUR"),
        ("netsuite:invoice_line:paid_line", "billed", "netsuite:customer:7", "SKU-1", Decimal("0.10"), "EUR"),
        ("salesforce:opportunity:won_without_lines", "booked", "salesforce:account:a", None, Decimal("9.00"), "USD"),
        ("salesforce:opportunity_line_item:won_0", "booked", "salesforce:account:a", "SKU-1", Decimal("4.50"), "USD"),
        ("salesforce:opportunity_line_item:won_1", "booked", "salesforce:account:a", "SKU-1", Decimal("4.50"), "USD"),
        ("stripe:invoice:jpy", "billed", None, None, Decimal("1234.00"), "JPY"),
        ("stripe:invoice:usd", "billed", None, "SKU-1", Decimal("12.34"), "USD"),
    ]


def test_a_moment_becomes_the_day_of_the_business_time_zone(warehouse: Connection) -> None:
    found = warehouse.execute("SELECT DISTINCT transaction_date FROM domain.revenue WHERE source_system = 'stripe'")
    assert found.fetchall() == [(date(2025, 12, 31),)]


def test_recurring_revenue_of_all_items_is_per_month(warehouse: Connection) -> None:
    found = warehouse.execute(
        "SELECT product_code, status, seats, mrr_amount, started_date, ended_date FROM domain.subscription"
    )
    assert found.fetchall() == [("SKU-1", "active", 3, Decimal("25.00"), date(1970, 1, 1), None)]


def test_a_rate_holds_until_the_next_and_the_newer_quote_of_a_day_wins(warehouse: Connection) -> None:
    found = warehouse.execute("SELECT valid_from, valid_to, rate_to_reporting FROM domain.currency_rate ORDER BY 1")
    first, second = date(2026, 1, 1), date(2026, 1, 9)
    assert found.fetchall() == [(first, second, Decimal("1.10000000")), (second, None, Decimal("1.30000000"))]
