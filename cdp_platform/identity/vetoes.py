"""What keeps a pair apart although a rule found it, in words.

Here: the sentence of every veto that an edge may name. Not here: how a veto is found (`rules`, `organizations`,
`persons`, `contradictions`, `decide`).
"""

SENTENCES = {
    "tax_id": "Two tax ids, more than one slip of the hand apart.",
    "birth_date": "Two birth dates, more than a slip apart.",
    "generation": "Two generations, such as Jr and Sr.",
    "first_name": "Two given names, neither a form of the other.",
    "country": "Two countries.",
    "subsidiary": "One name has all words of the other and more, as a subsidiary's or a branch's.",
    "sibling": "Names that share words and go on differently, as those of two subsidiaries.",
    "pin_id": "People gave the two customers different ids.",
}
UNDECIDED = "Undecided: it weighs less than its rule accepts, so a person is asked (`cdp identity review`)."
SEPARATOR = "; "
"""Between a decision's veto and that of a trait, where both keep a pair apart."""
_DECISIONS = {
    "force_match": "Exception {} declares these records to be one.",
    "never_match": "Exception {} forbids that these records become one.",
    "exclude": "Exception {} leaves the record alone.",
    "pin_id": "Exception {} gives the record an id of its own.",
}


def decided(action: str, exception_id: str) -> str:
    """What an exception says."""
    return _DECISIONS[action].format(exception_id)


def said(veto: str) -> str:
    """The sentences of an edge's veto: a trait's, or that of the exception that it names, `<action> <exception_id>`."""
    decision, separator, trait = veto.rpartition(SEPARATOR)
    if separator and trait in SENTENCES:
        return f"{said(decision)} {SENTENCES[trait]}"
    if veto in SENTENCES:
        return SENTENCES[veto]
    action, _, exception_id = veto.partition(" ")
    return decided(action, exception_id) if action in _DECISIONS else f"Vetoed: {veto}."
