"""What there is of the talent half after a run: each instalment of each award released, computed, paid and told once.

What has to be there follows from the awards that were made alone, by what the programme's text says of their money.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.talent.service import SERVICE as TALENT
from services.talent.store.award_tables import INSTALMENT
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.tables import CHANGE
from tests.faults.awards import HALF_FEN, Awards, expected_instalments
from tests.faults.found import Findings, Told, rows_of

PERSON, UNIT = "person_id", "org_id"
LETTERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "talent.application.confirmed.v1": (("talent-confirmed", PERSON), ("talent-confirmed", UNIT)),
    "talent.application.awarded.v1": (("talent-awarded", PERSON),),
    "talent.award.started.v1": (("talent-award-started", PERSON), ("talent-award-started", UNIT)),
    "talent.assessment.submitted.v1": (("talent-assessment-submitted", PERSON), ("talent-assessment-submitted", UNIT)),
    "talent.assessment.seen.v1": (("talent-assessment-seen", PERSON),),
    "talent.assessment.finalised.v1": (("talent-assessment-result", PERSON), ("talent-assessment-result", UNIT)),
    "talent.grant.computed.v1": (("talent-grant-computed", PERSON), ("talent-grant-computed", UNIT)),
    "talent.grant.paid.v1": (("talent-grant-paid", PERSON), ("talent-grant-paid", UNIT)),
}
"""Which letters tell which event, to whom; each person and each unit has one contact."""
CONFIRMED = "talent.contract.confirmed.v1"
TO_UNIT = (("talent-contract-to-confirm", PERSON), ("talent-contract-to-confirm", UNIT))
TO_TALENT = (("talent-contract-confirmed", PERSON),)
"""Told to both when the talent has confirmed, to the talent when the unit has."""
ONCE = (
    "talent.application.awarded.v1",
    "talent.award.started.v1",
    "talent.assessment.submitted.v1",
    "talent.assessment.finalised.v1",
)
PAYMENT_STEPS = ("proposed", "approved", "paid")


def letters_due(told: Iterable[Told]) -> Iterator[tuple[str, str, str]]:
    """Cause, letter and recipient of every letter these events are told by."""
    for each in told:
        says = each.says
        letters = LETTERS.get(each.type, ())
        if each.type == CONFIRMED:
            letters = TO_TALENT if says["by_unit"] else TO_UNIT
        about = says.get("matter", says)
        yield from ((each.id, letter, about[named]) for letter, named in letters)


async def look_at_grants(found: Findings, awards: Awards, told: list[Told]) -> None:
    city = awards.city
    due = expected_instalments(awards.made)
    found.grants = len(due)
    _once_each(found, awards, told)
    released = [each for each in told if each.type == "talent.instalment.released.v1"]
    causes = {(each.says["award_id"], each.says["number"]): each.id for each in released}
    rows = await rows_of(city, TALENT, LEDGER.subsidy)
    expected = Counter((award, f"instalment-{number}", "awarded", HALF_FEN) for award, number in due)
    found.compare("资助", expected, Counter((row.subject_id, row.rule, row.outcome, row.amount_fen) for row in rows))
    found.compare("资助的由来", Counter(causes.values()), Counter(row.cause_event_id for row in rows))
    grants = [row.id for row in rows if row.outcome == "awarded"]
    for step in ("computed", "approved", "paid"):
        events = Counter(each.says["grant_id"] for each in told if each.type == f"talent.grant.{step}.v1")
        found.compare(f"资助 {step} 事件", Counter(grants), events)
    payments = await rows_of(city, TALENT, LEDGER.payment)
    found.compare("拨付", Counter(grants), Counter(row.subsidy_id for row in payments if row.state == "paid"))
    moved = await rows_of(city, TALENT, CHANGE)
    steps = Counter((id_, step) for id_ in grants for step in PAYMENT_STEPS)
    found.compare("拨付步骤", steps, Counter((row.of, row.after) for row in moved if row.noun == "payment"))
    await _at_the_awards(found, awards, moved)


def _once_each(found: Findings, awards: Awards, told: list[Told]) -> None:
    """Each award was made, began, and passed its mid-term once; each instalment was released once."""
    ids = [each.id for each in awards.made]
    for type_ in ONCE:
        heard = Counter(each.says["award_id"] for each in told if each.type == type_)
        found.compare(f"{type_} 事件", Counter(ids), heard)
    released = [each.says for each in told if each.type == "talent.instalment.released.v1"]
    found.compare(
        "分期放款事件",
        Counter(expected_instalments(awards.made)),
        Counter((says["award_id"], says["number"]) for says in released),
    )


async def _at_the_awards(found: Findings, awards: Awards, moved: list[Any]) -> None:
    """The award knows of each of its instalments that it was released and paid, once."""
    instalments = {row.id: (row.award_id, row.number) for row in await rows_of(awards.city, TALENT, INSTALMENT)}
    steps = Counter((*each, step) for each in expected_instalments(awards.made) for step in ("released", "paid"))
    noted = [row for row in moved if row.noun == "instalment" and row.before is not None]
    found.compare("分期", steps, Counter((*instalments[row.of], row.after) for row in noted))
