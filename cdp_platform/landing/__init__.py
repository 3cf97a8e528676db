"""From a delivered file to validated raw rows, engine aside: find, read, type, load, judge, quarantine.

Here: what happens to a delivery. Not here: vendors (`sources`), Dagster (`assets`).
"""
