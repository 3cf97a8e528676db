"""The asset graph: extracts, dbt models, the identity step, publish.

Here: one module per kind of asset. Not here: when they run (`automation`), what guards them (`asset_checks`).
"""
