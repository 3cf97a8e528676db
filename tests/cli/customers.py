"""A warehouse in which customers were resolved from records by hand: joined, vetoed, undecided, decided by people."""

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import polars as pl

from cdp_platform.assets.identity import write
from cdp_platform.environment import Settings
from cdp_platform.identity import ALIAS_SCHEMA, LEDGER_SCHEMA, Resolution, resolve
from cdp_platform.landing.upgrade import prepare
from tests.identity.parties import company, exception, exceptions, frame, human

ACME, BILLING, REGISTER, PARIS = "crm:account:1", "erp:customer:2", "web:client:3", "crm:account:4"
ANN, SHOPPER = "crm:contact:5", "shop:user:6"
CALLER, WRITER = "crm:contact:7", "shop:user:8"
BUYER, PAYER = "crm:contact:9", "shop:user:10"
NEVER = ("crm:contact:11", "shop:user:12")
ALONE = ("crm:contact:13", "shop:user:14")
NAMESAKES = ("crm:contact:1", "shop:user:16")
CROWD = tuple(f"crm:contact:{number}" for number in range(20, 28))
GONE = "crm:contact:99"
SECRET = "ann.secret@gmx.de"

RECORDS = [
    company(ACME, "Acme Inc", website="www.acme.com", email="ap@acme.com", country="DE"),
    company(BILLING, "ACME", website="acme.com", email="ap@acme.com", tax_id="DE811907980", country="DE"),
    company(REGISTER, "Acme", tax_id="DE 811907980"),
    company(PARIS, "Acme", website="acme.com", country="FR"),
    human(ANN, "Ann Lee", email=SECRET),
    human(SHOPPER, "Ann Lee", email=SECRET.upper()),
    human(CALLER, "Cleo Moor", phone="+4930111111"),
    human(WRITER, "Cleo Moor", email="cleo@gmx.de"),
    human(BUYER, "Dora Nash", phone="+4930222222"),
    human(PAYER, "Dora Nash", email="dora@gmx.de"),
    *(human(name, "Emma Ott", email="emma@gmx.de") for name in NEVER),
    *(human(name, "Fay Penn", email="fay@gmx.de") for name in ALONE),
    *(human(name, "Gwen Quist") for name in NAMESAKES),
    *(
        human(name, f"{given} Tree", phone="+4930333333")
        for name, given in zip(CROWD, ("Ida", "Jane", "Kim", "Lou", "May", "Nia", "Olga", "Pia"), strict=True)
    ),
]
DECIDED = (
    exception("x1", "never_match", *NEVER),
    exception("x2", "exclude", ALONE[0]),
    exception("x3", "force_match", *NAMESAKES, approver=None),
)
UNDECIDED = ((BUYER, PAYER, 4.0), (CALLER, WRITER, 5.0))
"""Pairs that are made undecided by hand, with their weight: records by hand weigh much or nothing."""
BILLED = {PAYER: "900.00", WRITER: "50.00", CALLER: "40.00", ACME: "5000.00"}


def build(settings: Settings) -> Resolution:
    """Resolve the records and write the tables, with gold above them."""
    now = datetime.now(UTC)
    decided = exceptions(*DECIDED)
    found = resolve(
        frame(RECORDS),
        ledger=pl.DataFrame(schema=dict(LEDGER_SCHEMA)),
        exceptions=decided,
        aliases=pl.DataFrame(schema=dict(ALIAS_SCHEMA)),
        as_of=now - timedelta(hours=1),
        run_id="run",
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        write(connection, found, decided, {})
        connection.execute("INSERT INTO ops.model_run VALUES ('run', $1, $1)", [now - timedelta(hours=1)])
        connection.register("records", frame(RECORDS).to_arrow())
        connection.execute("CREATE TABLE customer_master.int_customer__record AS FROM records")
        connection.unregister("records")
        _plant(connection)
    return found


def _plant(connection: Any) -> None:
    acme = "(SELECT customer_id FROM customer_master.customer_crosswalk WHERE source_record_id = ?)"
    connection.execute(
        "INSERT INTO customer_master.customer_id_alias (retired_customer_id, customer_id, since) "
        f"VALUES ('cus_old', {acme}, now())",
        [ACME],
    )
    connection.execute(
        "INSERT INTO customer_master.customer_id_ledger (source_record_id, customer_id, record_type) "
        "VALUES (?, 'cus_gone', 'person')",
        [GONE],
    )
    connection.executemany(
        "INSERT INTO customer_master.match_edge (record_a, record_b, record_type, rule, confidence, evidence, weight, "
        "fields, status, model_version) VALUES (?, ?, 'person', 'person_linked_name', 0.8, 'given, surname', ?, "
        "'given +6.0, surname +4.0, phone -6.0', 'undecided', 'm1')",
        UNDECIDED,
    )
    connection.execute(
        "CREATE TABLE gold.fact_revenue (customer_id VARCHAR, revenue_type VARCHAR, reporting_currency_code VARCHAR, "
        "reporting_amount DECIMAL(18, 2))"
    )
    connection.executemany(
        "INSERT INTO gold.fact_revenue SELECT customer_id, unnest(['billed', 'booked']), 'USD', "
        "unnest([?::DECIMAL(18, 2), 1000000]) FROM customer_master.customer_crosswalk WHERE source_record_id = ?",
        [(amount, record) for record, amount in BILLED.items()],
    )


MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.cdp.int_customer__record": {
            "resource_type": "model",
            "schema": "customer_master",
            "name": "int_customer__record",
            "columns": {
                name: {"name": name, "config": {"meta": {"pii": "name"}}}
                for name in ("full_name", "first_name", "last_name", "company_name", "email", "phone", "tax_id")
            },
        }
    },
    "sources": {},
}
