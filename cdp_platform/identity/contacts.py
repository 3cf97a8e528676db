"""E-mail addresses, domains, phones, tax ids and addresses as comparable values.

Here: polars expressions, and the registrable domain of distinct hosts. Not here: whether a value is evidence.
"""

import phonenumbers
import polars as pl
import tldextract

from cdp_platform.identity.distinct import map_distinct, map_rows
from cdp_platform.identity.names import fold, plain, tokens
from cdp_platform.identity.reference import synonyms, words

# The bundled public-suffix list only: the default would go to the network and to the home directory.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
# USt-IdNr., P.IVA, VAT, a country; of a number that is letters and digits throughout they are a part.
_TAX_ID_LABEL = r"^[A-Z]+(\d{6,}[0-9A-Z]*)$"
_EXTENSION = (
    r"(?:ext|extension|x|durchwahl|dw|klappe|poste|int|interno|toestel|tst|ankn|anknytning|lokal|wewn)\.?:?\s*\d+\s*$"
)
_POSTAL_COUNTRY = r"^[A-Z]{1,3}\s*-\s*(\d{2})"
_SEQUENCES = ["1234567", "12345678", "123456789", "234567890", "1234567890"]
# Where postal codes have five digits and may begin with a zero, which a spreadsheet drops.
_FIVE_DIGITS = ["us", "de", "fr", "es", "it"]
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


def phone_key(phones: pl.Series, countries: pl.Series) -> pl.Series:
    """The national number of E.164, its last nine digits: the same with and without country code and trunk prefix.

    `countries`: ISO 3166 alpha-2, the hint by which a number without `+` is read. What cannot be read as a number of
    its country is its digits. Null below seven digits and for a number of one repeated digit or a plain sequence.
    """
    texts = pl.DataFrame({"phone": phones, "country": countries})
    texts = texts.with_columns(
        pl.col("phone").str.to_lowercase().str.replace(_EXTENSION, "").str.replace(r"^\s*00\s*", "+")
    )
    digits = map_rows(texts, _national_number, {"digits": pl.String})["digits"]
    key = digits.str.tail(9)
    repeated = key.str.strip_chars_start(key.str.head(1)) == ""
    is_number = (digits.str.len_chars() >= 7) & ~repeated & ~key.is_in(_SEQUENCES)
    return pl.select(pl.when(is_number).then(key).alias("phone")).to_series()


def _national_number(phone: str | None, country: str | None) -> tuple[str | None]:
    if phone is None:
        return (None,)
    try:
        return (str(phonenumbers.parse(phone, (country or "").upper() or None).national_number),)
    except phonenumbers.NumberParseException:
        return ("".join(letter for letter in phone if letter.isdigit()).lstrip("0"),)


def tax_id_key(column: str) -> pl.Expr:
    """Letters and digits in upper case, without the letters around a number that name it or its country.

    Null below five digits, or for one digit repeated.
    """
    text = pl.col(column).str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    text = text.str.replace(_TAX_ID_LABEL, "$1").str.replace(r"^(\d{7,})[A-Z]{3,}$", "$1")
    digits = text.str.replace_all(r"\D", "")
    repeated = digits.str.strip_chars_start(digits.str.head(1)) == ""
    return pl.when((digits.str.len_chars() >= 5) & ~repeated & ~digits.is_in(_SEQUENCES)).then(text)


def postal_key(column: str, country: pl.Expr) -> pl.Expr:
    """Letters and digits in upper case, without a country before it; a ZIP+4 shortened, lost leading zeros restored.

    `country`: ISO 3166 alpha-2, by which one knows how many digits there were.
    """
    text = pl.col(column).str.to_uppercase().str.strip_chars().str.replace(r"^(\d{5})-\d{4}$", "$1")
    text = text.str.replace(_POSTAL_COUNTRY, "$1").str.replace_all(r"[^0-9A-Z]", "")
    is_short = country.is_in(_FIVE_DIGITS) & text.str.contains(r"^\d{3,4}$")
    text = pl.when(is_short).then(text.str.zfill(5)).otherwise(text)
    return pl.when((text.str.len_chars() >= 3) & (text.str.strip_chars("0") != "")).then(text)


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
    """The letters of a city's name in one language, without what follows it in an address: `cedex 8`, `1090`."""
    known = synonyms("cities")

    def key(place: str) -> str | None:
        words_of = [word for word in tokens(plain(place)) if word != "cedex" and word.isalpha()]
        name = " ".join(fold(word) for word in words_of)
        return known.get(name, (name,))[0].replace(" ", "") or None

    return map_distinct(places, key)
