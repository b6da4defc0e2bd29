"""What grades come to in money: computed by the policy engine against the ledger as it is, and entered nowhere."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.reporting import facts_of
from services.incubator.store import causes, ledger
from services.incubator.store.tables import BUDGET, CAUSE, PAYMENT, SUBSIDY
from services.incubator.usecases.questions import HEARING
from services.incubator.usecases.round_standing import RoundStanding, Stands
from shared.contracts.incubator import EvaluationFinalised
from shared.core.money import in_fen
from shared.ledger import outcomes
from shared.ledger.questions import latest_decision, supplied_facts
from shared.ledger.rows import key_text
from shared.policy import History, PolicyError, load_policy
from shared.policy.compute import compute_for
from shared.policy.keys import limit_keys_for
from shared.policy.situation import Situation, understand
from shared.policy.steps import LimitKey

POLICY = load_policy("dalian-2017-52")


class Amount(NamedTuple):
    """What one grade comes to, in fen. `open`: the office has still to decide, and it is the most it may decide;
    `blocked`: why nothing can be computed."""

    fen: int = 0
    open: bool = False
    blocked: str = ""


class BudgetLeft(NamedTuple):
    """A year's budget, what is approved or paid of it for others, and what is left, in fen."""

    year: int
    amount_fen: int
    taken_fen: int

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.taken_fen


class Ground(NamedTuple):
    """What computing a round's grades needs to know of the ledger: read once, asked for each set of grades."""

    standing: RoundStanding
    on: date
    history: History
    decisions: Mapping[str, Mapping[str, object]]
    facts: Mapping[str, Mapping[str, str]]
    taken_back: frozenset[tuple[str, str]]
    """Evaluation and rule of awards the office took back by hand: no grade brings them back."""

    def amounts(self, grades: Mapping[str, str | None]) -> dict[str, Amount]:
        """What these grades come to, by evaluation; one after the other, as limits have it."""
        history, found = self.history, {}
        for id_ in sorted(grades):
            grade, unit = grades[id_], self.standing.units[id_]
            if grade is None:
                found[id_] = Amount()
                continue
            try:
                situation = _situation(self.standing, unit, grade, self.on, self.facts.get(id_, {}))
                outcome = compute_for(situation, history, self.decisions.get(id_, {}))
            except PolicyError as error:  # told when the grade is final, and blocks it visibly
                found[id_] = Amount(blocked=error.message)
                continue
            awards = [each for each in outcome.awards if (id_, each.rule) not in self.taken_back]
            for award in awards:
                history = history.with_award(award)
            fen = sum(in_fen(each.ceiling if each.amount is None else each.amount) or 0 for each in awards)
            found[id_] = Amount(fen, any(each.amount is None for each in awards))
        return found


def _situation(standing: RoundStanding, unit: Stands, grade: str, on: date, more: Mapping[str, str]) -> Situation:
    """A unit's year under this grade, as the policy is asked."""
    year = standing.round["year"]
    facts, sources = facts_of(standing.scheme, unit.result.unit.figures or {}, f"{year} 年度填报第 {unit.version} 版")
    carrier = unit.carrier
    body = {
        "id": f"试算/{unit.id}",
        "type": "evaluated",
        "date": on.isoformat(),
        "year": year,
        "grade": grade,
        "facts": {**facts, **more},
        "sources": sources,
    }
    subject = {"id": carrier["id"], "org": carrier["organisation_id"], "kind": carrier["kind"]}
    return understand(POLICY, {**subject, "level": carrier["level"]}, body)


async def ground(connection: AsyncConnection, standing: RoundStanding, today: date) -> Ground:
    """What counts under the limits of this round's grades, without what these grades were awarded themselves; what the
    office decided about them and which facts it supplied."""
    on = standing.on(today)
    ids = list(standing.units)
    final = select(CAUSE.c.event_id, CAUSE.c.about).where(
        CAUSE.c.about.in_(ids), CAUSE.c.type == EvaluationFinalised.type_, CAUSE.c.event_id == CAUSE.c.root
    )
    roots = {row.about: row.event_id for row in await connection.execute(final)}
    known = await causes.of_roots(connection, set(roots.values())) if roots else {}
    facts = {id_: supplied_facts(HEARING, known[root][1:]) for id_, root in roots.items()}
    keys: set[LimitKey] = set()
    for id_, unit in standing.units.items():
        for each in standing.scheme.grades:
            try:
                keys |= limit_keys_for(_situation(standing, unit, each.grade, on, facts.get(id_, {})))
            except PolicyError:
                break  # nothing can be computed of this unit, and nothing it was awarded is in the way of others
    history = await ledger.history(connection, keys)
    own = select(SUBSIDY.c.ref).where(SUBSIDY.c.root.in_(list(roots.values())), SUBSIDY.c.outcome == outcomes.AWARDED)
    for ref in (await connection.execute(own)).scalars():
        history = history.with_reversal(ref)
    decided = await causes.decided(connection, {*ids, *roots.values()})
    decisions = {id_: latest_decision(decided.get(roots.get(id_, "")), decided.get(id_)) for id_ in ids}
    back = frozenset((each.about, each.rule) for each in await ledger.taken_back(connection, ids))
    return Ground(standing, on, history, decisions, facts, back)


async def budget_left(connection: AsyncConnection, on: date, evaluations: Collection[str]) -> BudgetLeft | None:
    """The budget the subsidies of grades of that day are paid from: of that year, or the first one set after it; and
    what is taken of it for anything but these evaluations."""
    query = select(BUDGET).where(BUDGET.c.year >= on.year).order_by(BUDGET.c.year).limit(1)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    own = (
        select(func.coalesce(func.sum(PAYMENT.c.amount_fen), 0))
        .join(SUBSIDY, SUBSIDY.c.id == PAYMENT.c.subsidy_id)
        .join(CAUSE, CAUSE.c.event_id == SUBSIDY.c.root)
        .where(
            PAYMENT.c.budget_year == row["year"],
            PAYMENT.c.state.in_(("approved", "paid")),
            CAUSE.c.about.in_(evaluations),
        )
    )
    taken = await ledger.approved(connection, row["year"]) - int((await connection.execute(own)).scalar_one())
    return BudgetLeft(row["year"], row["amount_fen"], taken)


async def under_same_limits(connection: AsyncConnection, known: Ground, evaluation_id: str) -> Sequence[RowMapping]:
    """The entries of others that count, or were refused, under the limits of this evaluation's awards: what a reversal
    there may touch. Oldest first."""
    unit = known.standing.units[evaluation_id]
    keys: set[str] = set()
    for each in known.standing.scheme.grades:
        try:
            situation = _situation(known.standing, unit, each.grade, known.on, known.facts.get(evaluation_id, {}))
        except PolicyError:
            return ()  # nothing was computed of it, and nothing can be reversed
        keys |= set(map(key_text, limit_keys_for(situation)))
    own = set(
        (await connection.execute(select(CAUSE.c.root).where(CAUSE.c.about == evaluation_id).distinct())).scalars()
    )
    return [row for row in await ledger.under(connection, sorted(keys)) if row["root"] not in own]
