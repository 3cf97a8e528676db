"""E-mail addresses, domains, phones, tax ids and addresses as comparable values.

Here: polars expressions, and the registrable domain of distinct hosts. Not here: whether a value is evidence.
"""

import polars as pl
import tldextract

from cdp_platform.identity.distinct import map_distinct
from cdp_platform.identity.names import plain, tokens
from cdp_platform.identity.reference import synonyms, words

# The bundled public-suffix list only: the default would go to the network and to the home directory.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
_COUNTRY_PREFIX = "^(AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)"
_SEQUENCES = ["1234567", "12345678", "123456789", "234567890", "1234567890"]
_GMAIL = ["gmail.com", "googlemail.com"]
_STREET_WORD_ENDINGS = ("strasse", "straat", "street", "avenue", "road", "str")


def email_columns(column: str) -> list[pl.Expr]:
    """`email` (without tag, Gmail dots, placeholders), its `mailbox` (local part) and `email_host`."""
    text = pl.col(column).str.to_lowercase().str.strip_chars(" \t\r\n<>\"';,").str.strip_prefix("mailto:")
    well_formed = text.str.contains(r"^[^@\s,;]+@[^@\s,;]+\.[a-z0-9-]{2,}$")
    host = text.str.extract(r"@(.+)$").str.strip_chars_end(".")
    local = text.str.extract(r"^([^@]+)@").str.replace(r"\+.*$", "")
    is_gmail = host.is_in(_GMAIL)
    local = pl.when(is_gmail).then(local.str.replace_all(".", "", literal=True)).otherwise(local)
    host = pl.when(is_gmail).then(pl.lit("gmail.com")).otherwise(host)
    usable = well_formed & (local != "") & ~local.is_in(sorted(words("placeholder_mailboxes")))
    return [
        pl.when(usable).then(local + "@" + host).alias("email"),
        pl.when(usable).then(local).alias("mailbox"),
        pl.when(usable).then(host).alias("email_host"),
    ]


def website_host(column: str) -> pl.Expr:
    """The host of a web address, with or without scheme, path and port."""
    text = pl.col(column).str.to_lowercase().str.strip_chars().str.replace(r"^[a-z]+://", "")
    host = text.str.extract(r"^(?:[^/@?#]*@)?([^/:?#\s]+)")
    return pl.when(host.str.contains(".", literal=True)).then(host)


def registrable_domain(hosts: pl.Series) -> pl.Series:
    """The domain that someone registered: `acme.co.uk` for `mail.acme.co.uk`; null where there is none."""

    def domain(host: str) -> str | None:
        return _SUFFIXES.extract_str(host).top_domain_under_public_suffix or None

    return map_distinct(hosts, domain)


def phone_key(column: str) -> pl.Expr:
    """The last nine digits, which a number has in common with and without country code and trunk zero.

    Null below seven digits and for a number of one repeated digit or a plain sequence.
    """
    text = pl.col(column).str.to_lowercase().str.replace(r"(?:ext|extension|x|durchwahl|poste)\.?\s*\d+\s*$", "")
    digits = text.str.replace_all(r"\D", "").str.strip_chars_start("0")
    key = digits.str.tail(9)
    repeated = key.str.strip_chars_start(key.str.head(1)) == ""
    return pl.when((digits.str.len_chars() >= 7) & ~repeated & ~key.is_in(_SEQUENCES)).then(key)


def tax_id_key(column: str) -> pl.Expr:
    """Letters and digits in upper case, without the country of a VAT id; null below five digits, or one repeated."""
    text = pl.col(column).str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    bare = text.str.replace(_COUNTRY_PREFIX, "")
    text = pl.when(bare.str.count_matches(r"\d") >= 7).then(bare).otherwise(text)
    digits = text.str.replace_all(r"\D", "")
    repeated = digits.str.strip_chars_start(digits.str.head(1)) == ""
    return pl.when((digits.str.len_chars() >= 5) & ~repeated & ~digits.is_in(_SEQUENCES)).then(text)


def postal_key(column: str) -> pl.Expr:
    """Letters and digits in upper case; a US ZIP+4 shortened to its ZIP."""
    text = pl.col(column).str.to_uppercase().str.strip_chars().str.replace(r"^(\d{5})-\d{4}$", "$1")
    text = text.str.replace_all(r"[^0-9A-Z]", "")
    return pl.when(text.str.len_chars() >= 3).then(text)


def street_key(streets: pl.Series) -> pl.Series:
    """House number and the longest telling word, whichever comes first and however `street` is written."""

    def key(street: str) -> str | None:
        found = tokens(plain(street))
        number = next((word for word in found if word[0].isdigit()), None)
        telling = [word for word in found if word.isalpha() and word not in words("street_words")]
        name = max(telling, key=len, default=None)
        if number is None or name is None:
            return None
        ending = next((end for end in _STREET_WORD_ENDINGS if name.endswith(end) and len(name) > len(end) + 2), "")
        return f"{number} {name.removesuffix(ending)}"

    return map_distinct(streets, key)


def country_key(countries: pl.Series) -> pl.Series:
    """The ISO 3166 alpha-2 code in lower case, or the plain text of a country that is not in the list."""
    known = synonyms("countries")

    def key(country: str) -> str | None:
        text = " ".join(tokens(plain(country)))
        return known.get(text, (text,))[0] or None

    return map_distinct(countries, key)


def place_key(places: pl.Series) -> pl.Series:
    """The letters of a city's name."""
    return map_distinct(places, lambda place: "".join(tokens(plain(place))) or None)
