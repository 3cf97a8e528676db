"""The guide's worked example does what the guide says."""

import re
from pathlib import Path

from cdp_platform.environment import PROJECT, load_settings
from cdp_platform.landing import quarantine
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.load import land_source
from cdp_platform.sources.stripe import STRIPE
from cdp_platform.warehouse import open_warehouse

GUIDE = PROJECT / "docs" / "guides" / "landing-zone.md"


def test_the_worked_example_works(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    delivered, mended = re.findall(r"```csv\n(.*?)```", text, flags=re.DOTALL)
    settings, customers = load_settings({"CDP_HOME": str(tmp_path / "home")}), STRIPE.stream("customers")
    warehouse = open_warehouse(settings)
    file = settings.landing / "stripe" / "customers" / "customers.csv"
    file.parent.mkdir(parents=True)
    file.write_text(delivered, encoding="utf-8")
    [load] = land_source(warehouse, STRIPE, [customers], run_id="run", say=lambda _: None)
    assert (load.status, load.delivered, load.rejected) == ("loaded", 3, 1)
    query = f"SELECT id, fate, balance FROM ({fate_sql(STRIPE, customers)}) ORDER BY id, fate"
    with warehouse.writing("test") as connection:
        found = connection.execute(query).fetchall()
        assert found == [("cus_001", "current", 0), ("cus_002", "rejected", 0), ("cus_003", "current", None)]
        [entry] = quarantine.list_rejections(connection, source="stripe", stream="customers")
        assert f"*{entry.reason}*" in text
    (tmp_path / "mended.csv").write_text(mended, encoding="utf-8")
    assert quarantine.replay(warehouse, STRIPE, customers, tmp_path / "mended.csv").resolved == 1
    with warehouse.writing("test") as connection:
        assert ("cus_002", "current", 0) in connection.execute(query).fetchall()
        assert quarantine.list_rejections(connection) == []
