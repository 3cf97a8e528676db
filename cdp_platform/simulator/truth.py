"""What the synthetic company really is, as files that only tests, `cdp score` and `cdp drill` may read.

Files (parquet, in the truth folder):
- `record_entity`: source_system, source_object, source_id, record_type, entity_id: every party record delivered so far
- `entity`: entity_id, type (organization|person), name, country, parent_entity_id and parent_since (a company's parent),
  renamed_at and name_after (a company's), employer_entity_id, household_id, birth_date (a person's)
- `monthly_total`: month (first day), measure (booked|billed|recognized|mrr), currency_code (an ISO code, or `reporting`: US
  dollars at the rate of the row's month, each row rounded), amount_cents, rows. Billed: standing invoice lines less credit
  memos, and Stripe invoices. MRR: subscriptions that run on the month's last day (or the last day known), in US dollars
- `active_lives`: as_of (date), entity_id (of the company; null: total), active_lives: distinct employees with a leave event on
  that day or the 89 before (days in UTC)
- `churn`: entity_id, churned_on, mrr_cents lost; returned_on if the company came back (so far)
- `planted_fault`: name, source, stream, detail
and `world.json`: parameters and the deliveries made. Not here: making the truth (`world`).
"""

from pathlib import Path

import numpy as np
import polars as pl

from cdp_platform.simulator.contracts import FOREVER
from cdp_platform.simulator.current import cents
from cdp_platform.simulator.delivery import Handed
from cdp_platform.simulator.products import CURRENCIES, MICRO
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import DAY, NEVER, dates, day_numbers, moments, month_start
from cdp_platform.simulator.world import World
from cdp_platform.sources.contract import Stream

FAULT_SCHEMA = {"name": pl.String, "source": pl.String, "stream": pl.String, "detail": pl.String}
