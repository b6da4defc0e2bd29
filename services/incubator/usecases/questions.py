"""What this service's events ask of the policy, and what keeps them from being settled."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter

from services.incubator.domain.bars import Barred
from services.incubator.store import bars
from shared.contracts.event import Event
from shared.contracts.incubator import (
    Carrier,
    CarrierRecognised,
    EvaluationCorrected,
    EvaluationFinalised,
    SettlementRequested,
    TenantHnteRecognised,
)
from shared.core.errors import DomainError
from shared.ledger.service import Asked, Hearing
from shared.messaging.unit import Unit
from shared.policy import load_policy

POLICY = load_policy("dalian-2017-52")


def asked(event: Event) -> Asked:
    """What an event asks of the policy: recognised, a tenant's title, or a final grade."""
    match event:
        case CarrierRecognised():
            return _of(event.carrier, {"type": "recognised", "date": event.date, "level": event.carrier.level})
        case TenantHnteRecognised():
            facts = {"tenant": event.tenant_id, "entered_on": event.entered_on, "graduated_on": event.graduated_on}
            return _of(event.carrier, {"type": "tenant_hnte_recognised", "date": event.date, "facts": facts})
        case EvaluationFinalised():
            body = {
                "type": "evaluated",
                "date": event.date,
                "year": event.year,
                "grade": event.grade,
                "facts": event.facts,
                "sources": event.sources,
            }
            return _of(event.carrier, body)
        case _:
            raise TypeError(event.type_)


def _of(carrier: Carrier, body: Mapping[str, object]) -> Asked:
    subject = {"id": carrier.id, "org": carrier.org_id, "kind": carrier.kind, "level": carrier.level}
    return Asked(carrier.id, carrier.org_id, POLICY, subject, body, carrier)


def as_corrected(first: Event, later: Sequence[Event]) -> Event:
    """A final grade with the grade it was corrected to last. Its date stays: that a grade is corrected later does not
    bring it under other rules."""
    corrections = [each for each in later if isinstance(each, EvaluationCorrected)]
    if not isinstance(first, EvaluationFinalised) or not corrections:
        return first
    last = max(corrections, key=attrgetter("number"))
    return first.model_copy(update={"grade": last.grade, "grade_name": last.grade_name})


async def barred(unit: Unit, happened: Mapping[str, tuple[str, str, date]]) -> Mapping[str, DomainError]:
    """What a bar for dishonesty stops, by name; each is noted, so that whoever ends the bar has it computed again."""
    known = await bars.of(unit.connection, {organisation for _, organisation, _ in happened.values()}, hold=True)
    stopped: list[tuple[str, str, date]] = []
    found: dict[str, DomainError] = {}
    for event_id, (root, organisation, on) in happened.items():
        bar = _stopping(known.get(organisation, ()), on, unit.today)
        if bar is not None:
            stopped.append((bar.id, root, on))
            found[event_id] = DomainError("organisation-barred", bar.blocks(on))
    await bars.note_hold(unit.connection, stopped)
    return found


def _stopping(known: Sequence[Barred], event_on: date, today: date) -> Barred | None:
    """The bar under which an event is not settled: nothing in the policy's text says so, a decision of the office
    does. One that held when it happened comes before one that only holds now."""
    found = [each for each in known if each.stops(event_on, today)]
    return next((each for each in found if each.holds(event_on)), found[0] if found else None)


HEARING = Hearing(asked, SettlementRequested, (EvaluationCorrected,), as_corrected, barred)
