"""The founding documents' rules taken by the letter: one equal value makes two records one.

Their keys are the domain of the e-mail address, the billing e-mail address, the legal name (lower case, special
characters removed) and the tax id. For persons the domain is left out: it would make all of a mail provider's one.
"""

import polars as pl

from cdp_platform.identity.components import components
from cdp_platform.identity.reference import words
from cdp_platform.identity.schema import ORGANIZATION


def labels(records: pl.DataFrame, kind: str, *, free_mail: bool) -> pl.Series:
    """The cluster of every record. `free_mail`: the domains of mail providers count like any other."""
    name = pl.coalesce("company_name", "full_name") if kind == ORGANIZATION else pl.coalesce(
        "full_name", pl.concat_str("first_name", "last_name", separator=" ")
    )  # fmt: skip
    email = pl.col("email").str.to_lowercase()
    domain = email.str.extract(r"@(.+)$")
    keys = records.with_row_index("row").select(
        "row",
        name=name.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "").replace("", None),
        email=email,
        tax_id="tax_id",
        domain=pl.when(free_mail | ~domain.is_in(sorted(words("free_mail")))).then(domain),
    )
    equal = ("name", "email", "tax_id", *(["domain"] if kind == ORGANIZATION else []))
    edges = [
        keys.filter(pl.col(column).is_not_null()).select(a=pl.col("row").min().over(column), b="row")
        for column in equal
    ]  # fmt: skip
    return components(keys.height, pl.concat(edges))
