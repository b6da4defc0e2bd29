"""What has to be there, computed with the policy engine alone: the ledger's rows, whoever came first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from shared.contracts.event import Event
from shared.contracts.incubator import CarrierRecognised, EvaluationFinalised, TenantHnteRecognised
from shared.policy import History, Outcome, Policy, PolicyError, compute
from tests.faults.world import CAP, FOR_A_TENANT, World

FEN = 100


class Entry(NamedTuple):
    """A row of the ledger, as far as the engine decides it."""

    cause: str
    rule: str | None
    outcome: str
    fen: int | None
    explanation_hash: str | None


def entries(world: World, policy: Policy, order: Iterable[str]) -> Counter[Entry]:
    """The rows these causes come to, one after another, each with the awards before it as history.

    `order` is that of the ledger, for it decides who came first; causes it does not name come last.
    """
    causes = {cause.id: cause.event for cause in world.causes}
    found: Counter[Entry] = Counter()
    history = History()
    for id_ in dict.fromkeys((*(each for each in order if each in causes), *causes)):
        try:
            outcome = answer(policy, id_, causes[id_], history)
        except PolicyError:
            found[Entry(id_, None, "blocked", None, None)] += 1
            continue
        for award in outcome.awards:
            history = history.with_award(award)
            fen = None if award.amount is None else int(award.amount * FEN)
            found[Entry(id_, award.rule, "waiting" if fen is None else "awarded", fen, award.explanation_hash)] += 1
        for refusal in outcome.declined:
            found[Entry(id_, refusal.rule, "declined", 0, refusal.explanation_hash)] += 1
    return found


def answer(policy: Policy, id_: str, event: Event, history: History) -> Outcome:
    """What the engine says to an event, asked as the written policy reads it."""
    match event:
        case EvaluationFinalised():
            asked: dict[str, Any] = {
                "type": "evaluated",
                "date": event.date,
                "year": event.year,
                "grade": event.grade,
                "facts": event.facts,
                "sources": event.sources,
            }
        case CarrierRecognised():
            asked = {"type": "recognised", "date": event.date, "level": event.carrier.level}
        case TenantHnteRecognised():
            facts = {"tenant": event.tenant_id, "entered_on": event.entered_on, "graduated_on": event.graduated_on}
            asked = {"type": "tenant_hnte_recognised", "date": event.date, "facts": facts}
        case _:
            raise TypeError(event.type_)
    about = event.carrier
    subject = {"id": about.id, "org": about.org_id, "kind": about.kind, "level": about.level}
    return compute(policy, subject, {**asked, "id": id_}, history, {})


def broken_caps(world: World, rows: Sequence[Any]) -> list[str]:
    """What the ledger's sums say against the caps, in whatever order it was written."""
    told: list[str] = []
    paid: Counter[str] = Counter()
    tenants: Counter[str] = Counter()
    by_cause: Mapping[str, Event] = {cause.id: cause.event for cause in world.causes}
    for row in rows:
        event = by_cause.get(row.cause_event_id)
        if row.outcome == "awarded" and isinstance(event, TenantHnteRecognised):
            paid[event.carrier.org_id] += row.amount_fen
            tenants[event.tenant_id] += 1
    over = sorted(org for org in world.capped if paid[org] > CAP * FEN)
    told += [f"{org} 得到 {Decimal(paid[org]) / FEN} 元，超过年度上限 {CAP} 元" for org in over]
    told += [f"企业 {tenant} 计了 {times} 次" for tenant, times in tenants.items() if times > 1]
    told += [f"一次奖励不是 {FOR_A_TENANT} 元：{org}" for org, fen in paid.items() if fen % int(FOR_A_TENANT * FEN)]
    for orgs, due in world.due.items():
        got = Decimal(sum(paid[org] for org in orgs)) / FEN
        if got != due:
            told.append(f"{'、'.join(sorted(orgs))} 应得 {due} 元，实得 {got} 元")
    return told
