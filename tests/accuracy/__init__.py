"""`make accuracy`: how right the identity resolution is, beside others, on data whose truth is known.

Here: the data (`sample`, `faker_records`), the other methods, the figures of docs/identity_figures.md and its plots.
Not here: the measures themselves (`cdp_platform.identity`).
"""
