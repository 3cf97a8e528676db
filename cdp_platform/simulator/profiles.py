"""How each system sees the parties it holds: which fields it has, and how carefully they were filled in.

Here: one `Profile` per population. Not here: what a careless hand does to a value (`sightings`).
"""

from dataclasses import dataclass, replace

_FIELDS = ("email", "phone", "address", "website", "tax_id", "birth_date", "device_id", "company", "name")


@dataclass(frozen=True)
class Profile:
    """Shares of records that have a field at noise 1 (0: the system does not know it), and habits.

    `care` below 1 means fewer errors than usual, above 1 more. `work`: share of e-mail addresses that are the
    employer's. `parts`: share of names given in two fields, not one. `home`: addresses are private, not the
    employer's.
    """

    email: float = 0.0
    phone: float = 0.0
    address: float = 0.0
    website: float = 0.0
    tax_id: float = 0.0
    birth_date: float = 0.0
    device_id: float = 0.0
    company: float = 0.0
    name: float = 1.0
    work: float = 0.0
    parts: float = 1.0
    home: bool = False
    typed_dates: bool = False
    care: float = 1.0

    def missing(self, field: str, noise: float) -> float:
        """Share of records in which the field is empty at a noise level."""
        share = getattr(self, field)
        return 1.0 if share == 0.0 else min((1.0 - share) * (0.5 + 0.5 * noise), 0.97)

    def fuller(self) -> "Profile":
        """The profile of a record that somebody came back to: emptier fields filled, fewer errors."""
        shares = {field: getattr(self, field) for field in _FIELDS}
        filled = {field: 1.0 - (1.0 - share) * 0.4 for field, share in shares.items() if share > 0.0}
        return replace(self, care=self.care * 0.6, **filled)


ACCOUNT = Profile(email=0.55, phone=0.8, address=0.85, website=0.85, tax_id=0.4)
CONTACT = Profile(email=0.93, phone=0.7, address=0.4, birth_date=0.2, company=1.0, work=0.88, typed_dates=True)
LEAD = Profile(email=0.9, phone=0.55, address=0.3, website=0.4, company=0.95, work=0.7, care=1.8)
ERP_COMPANY = Profile(email=0.93, phone=0.6, address=0.97, website=0.35, tax_id=0.86, care=0.6)
ERP_PERSON = Profile(email=0.92, phone=0.65, address=0.96, home=True, care=0.7)
ORGANIZATION = Profile(email=0.85, phone=0.5, address=0.55, website=0.9, tax_id=0.45, care=1.2)
USER = Profile(email=0.995, phone=0.35, device_id=0.9, work=0.9, care=0.8)
PAYER_COMPANY = Profile(email=0.98, phone=0.4, address=0.7, care=1.2)
PAYER_PERSON = Profile(email=0.99, phone=0.35, address=0.7, home=True, care=1.2)

POPULATIONS: dict[str, tuple[int, dict[str, tuple[float, Profile]]]] = {
    "salesforce": (150_000, {
        "organization": (0.30, ACCOUNT),
        "person": (0.70, Profile(email=0.92, phone=0.65, address=0.4, birth_date=0.15, company=0.97, work=0.82)),
    }),
    "shopify": (200_000, {
        "organization": (0.04, Profile(email=0.97, phone=0.5, address=0.92, tax_id=0.3, care=1.2)),
        "person": (0.96, Profile(email=0.98, phone=0.62, address=0.92, company=0.04, work=0.08, home=True)),
    }),
    "zendesk": (180_000, {
        "organization": (0.10, Profile(email=0.4, phone=0.3, website=0.75, care=1.4)),
        "person": (0.90, Profile(email=0.96, phone=0.35, company=0.4, work=0.5, parts=0.0, care=1.3)),
    }),
    "hubspot": (175_000, {
        "organization": (0.20, Profile(email=0.2, phone=0.6, address=0.5, website=0.93, care=1.1)),
        "person": (0.80, Profile(
            email=0.97, phone=0.4, address=0.15, birth_date=0.05, company=0.55, work=0.6, care=1.4,
        )),
    }),
    "netsuite": (120_000, {"organization": (0.32, ERP_COMPANY), "person": (0.68, ERP_PERSON)}),
    "mixpanel": (300_000, {
        "person": (1.0, Profile(email=0.72, phone=0.2, device_id=0.97, name=0.75, work=0.35, parts=0.7, home=True)),
    }),
    "sendgrid": (250_000, {
        "person": (1.0, Profile(email=0.998, phone=0.05, address=0.2, name=0.85, work=0.35, home=True, care=1.1)),
    }),
    "surveymonkey": (50_000, {
        "person": (1.0, Profile(
            email=0.94, phone=0.2, birth_date=0.3, company=0.2, name=0.9, work=0.4, parts=0.2, care=1.5,
        )),
    }),
}  # fmt: skip
"""The eight populations of requirement F1: records at scale 1, and the share and profile of each record type."""
