"""What is known of a country: how it writes addresses, phones, tax ids, names and legal forms.

Here: `Country`. Not here: the countries (`places`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """How one country writes things.

    `words`: language of streets and firms. `names`: language of people's names -> weight. `areas`, `domain`, `mail`: area
    codes, domain endings and mail providers, more often the more often named. `postal`, `tax`: `#` a digit, `@` a letter,
    anything else itself; the city's digits replace the first signs of `postal`. `legal`: forms divided by `;`, each with its
    spellings, the official one first. `cities`: city|region|first digits of the postal code, largest first.
    """

    code: str
    currency: str
    words: str
    names: dict[str, float]
    phone_code: str
    trunk: str
    phone_digits: int
    areas: str
    postal: str
    tax: str
    domain: str
    mail: str
    legal: str
    cities: str

    def legal_forms(self) -> list[list[str]]:
        """Legal forms, commonest first, each a list of spellings."""
        return [form.split("|") for form in self.legal.split(";")]
