"""How people write the same thing differently, for the second company: typos, accents, formats.

Here: one careless hand. Not here: which field gets which slip (`faker_records`).
"""

import random
import string
import unicodedata
from datetime import date

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae",
                          "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa", "Æ": "Ae"})  # fmt: skip
SHORT = {
    "alexander": "Alex", "michael": "Micha", "katharina": "Kathi", "elizabeth": "Liz", "william": "Bill",
    "francesco": "Franco", "giuseppe": "Beppe", "jose": "Pepe", "francisco": "Paco", "thomas": "Tom",
    "christian": "Chris", "nicolas": "Nico", "sebastian": "Basti", "johannes": "Hannes", "robert": "Bob",
    "margaret": "Peggy", "andreas": "Andi", "catherine": "Cathy", "susanne": "Susi",
}  # fmt: skip


def ascii_only(text: str) -> str:
    """In 26 letters, umlauts written out."""
    return unaccented(text.translate(_LETTERS))


def unaccented(text: str) -> str:
    """The letters without their marks."""
    return unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o")).encode("ascii", "ignore").decode()


def slug(text: str) -> str:
    """As in a domain or mailbox."""
    return "".join(sign for sign in ascii_only(text).lower() if sign.isalnum())


class Hand:
    """Writes values down; `noise` multiplies every chance of a slip."""

    def __init__(self, rng: random.Random, noise: float) -> None:
        self.rng, self.noise = rng, noise

    def slips(self, chance: float) -> bool:
        return self.rng.random() < chance * self.noise

    def typo(self, text: str) -> str:
        if len(text) < 4:
            return text
        i = self.rng.randrange(1, len(text) - 1)
        return self.rng.choice((
            text[:i] + text[i + 1 :],
            text[:i] + text[i + 1] + text[i] + text[i + 2 :],
            text[:i] + text[i] + text[i:],
            text[:i] + self.rng.choice(string.ascii_lowercase) + text[i + 1 :],
        ))  # fmt: skip

    def name(self, text: str) -> str:
        text = self.typo(text) if self.slips(0.04) else text
        kind = self.rng.random()
        text = ascii_only(text) if kind < 0.15 else unaccented(text) if kind < 0.22 else text
        return text.upper() if self.slips(0.05) else text.lower() if self.slips(0.04) else text

    def phone(self, number: str, dial: str) -> str:
        if self.slips(0.01):
            return "0000000000"
        own = number.removeprefix(dial)
        forms = (
            number,
            f"{dial} {own[:2]} {own[2:5]} {own[5:]}",
            f"0{own}",
            f"00{dial[1:]}{own}",
            f"0{own[:3]}/{own[3:]}",
        )
        return self.rng.choice(forms) + (f" ext. {self.rng.randint(10, 99)}" if self.slips(0.02) else "")

    def tax_id(self, vat: str) -> str:
        vat = f"{vat[:-2]}{self.rng.randint(10, 99)}" if self.slips(0.01) else vat
        return self.rng.choice((vat, vat[2:], f"{vat[:2]} {vat[2:]}", f"{vat[:2]} {vat[2:5]}.{vat[5:8]}.{vat[8:]}"))

    def mailbox(self, address: str) -> str:
        box, host = address.split("@")
        box = self.typo(box) if self.slips(0.008) else box
        box = f"{box}+shop" if self.slips(0.02) else box
        written = f"{box}@{host}".upper() if self.slips(0.03) else f"{box}@{host}"
        return self.rng.choice(("test@test.com", "noreply@example.com")) if self.slips(0.004) else written

    def birth_date(self, born: date) -> str:
        if self.slips(0.01):
            return "1900-01-01"
        if self.slips(0.01) and born.day <= 12:
            born = born.replace(month=born.day, day=born.month)
        return self.rng.choice((born.isoformat(),) * 3 + (f"{born:%d.%m.%Y}",))
