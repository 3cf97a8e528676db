"""The landing zone's layout."""

from cdp_platform.landing.files import control_files, files_of, unknown_folders
from cdp_platform.sources import SOURCES
from tests.landing.shop import SHOP, THINGS, Home

STRIPE = next(source for source in SOURCES if source.name == "stripe")


def test_a_stream_is_found_in_any_case_and_its_files_in_name_order(home: Home) -> None:
    for path in (
        "Things/b.csv",
        "things/a.jsonl.gz",
        "THINGS/c.PARQUET",
        "Things/d.csv.tmp",
        "Things/e.txt",
        "Things/deep/f.csv",
    ):
        home.put(THINGS, f"../{path}", b"x")
    found = files_of(home.settings.landing, SHOP, THINGS)
    assert [(file.name, file.format) for file in found] == [
        ("a.jsonl.gz", "jsonl.gz"),
        ("b.csv", "csv"),
        ("c.PARQUET", "parquet"),
    ]


def test_a_landing_zone_that_is_not_there_has_nothing(home: Home) -> None:
    assert files_of(home.settings.landing, SHOP, THINGS) == []
    assert control_files(home.settings.landing, SHOP) == {}
    assert unknown_folders(home.settings.landing) == []


def test_what_nobody_reads_is_named(home: Home) -> None:
    kept = (
        "stripe/Customers/1.csv",
        "stripe/customers/2.jsonl.gz",
        "stripe/customers/3.csv.tmp",
        "stripe/customers/.hidden",
    )
    lost = (
        "stripe/customer/1.csv",
        "strip/customers/1.csv",
        "stripe/customers/1.csv.gz",
        "stripe/customers/old/1.csv",
        "stripe/1.csv",
    )
    for path in (*kept, *lost, "stripe/_control/invoices.csv", "stripe/_control/invoice.csv"):
        target = home.settings.landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"x")
    assert unknown_folders(home.settings.landing) == [
        "strip",
        "stripe/1.csv",
        "stripe/_control/invoice.csv",
        "stripe/customer",
        "stripe/customers/1.csv.gz",
        "stripe/customers/old",
    ]
