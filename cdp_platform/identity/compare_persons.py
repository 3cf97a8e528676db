"""How two records of persons are compared.

Here: the comparisons of persons. Not here: those of their names (`compare_names`), what a level weighs
(`score_pairs`), or which evidence makes a match (`persons`).
"""

from cdp_platform.identity.compare import (
    CLOSE,
    COUNTRY,
    EMAIL,
    EQUAL,
    PLACE,
    Comparison,
    Level,
    identifier,
    lacks,
    same,
)
from cdp_platform.identity.compare_names import GIVEN, SURNAME

BIRTH_DATE = Comparison(
    "birth_date",
    lacks("birth_date"),
    (
        Level(EQUAL, same("birth_date"), frequency="birth_date"),
        Level(
            CLOSE,
            "damerau_levenshtein(strftime(birth_date_l, '%Y%m%d'), strftime(birth_date_r, '%Y%m%d')) <= 1"
            " OR strftime(birth_date_l, '%Y%m%d') = strftime(birth_date_r, '%Y%d%m')",
        ),
    ),
)
WORK = Comparison(
    "work",
    lacks("employer", "mail_domain"),
    (
        Level("employer", same("employer"), frequency="employer"),
        Level("domain", same("mail_domain"), frequency="mail_domain"),
    ),
)

PERSON_COMPARISONS = (
    GIVEN,
    SURNAME,
    BIRTH_DATE,
    EMAIL,
    *(identifier(key) for key in ("phone", "device", "tax_id")),
    PLACE,
    WORK,
    COUNTRY,
)
