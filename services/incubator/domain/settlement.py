"""From a year to its money: score and grade each kind, then compute every subsidy in the order of the events' dates."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from services.incubator.domain.city_year import Carrier, CityYear
from services.incubator.domain.reporting import facts_of
from shared.evaluation import Grade, Result, Unit, grade, score
from shared.policy import Award, History, Outcome, PolicyError, Refusal, compute


class Evaluation(NamedTuple):
    """A carrier's result and grade."""

    carrier: Carrier
    result: Result
    grade: Grade


class Event(NamedTuple):
    """Something that happened to a carrier, as the policy engine asks it."""

    carrier: Carrier
    what: str
    body: Mapping[str, object]
    decisions: Mapping[str, object]

    @property
    def on(self) -> date:
        on = self.body["date"]
        if not isinstance(on, date):  # events are made here, with dates
            raise TypeError(on)
        return on


class Settled(NamedTuple):
    """What an event came to; or the error that blocks it until somebody supplies what is missing."""

    event: Event
    outcome: Outcome
    blocked: PolicyError | None

    @property
    def awards(self) -> tuple[Award, ...]:
        return self.outcome.awards

    @property
    def declined(self) -> tuple[Refusal, ...]:
        return self.outcome.declined


@dataclass(frozen=True)
class YearResult:
    evaluations: Mapping[str, list[Evaluation]]
    """By kind, in the order of the register."""
    settled: list[Settled]


Progress = Callable[[str, int, int], None]
"""Is told what is being done, how far it is, and how far it goes."""


def settle_year(year: CityYear, progress: Progress = lambda *_: None) -> YearResult:
    """Every grade and every subsidy of the year, each with its reasons. Pure: the same year gives the same bytes."""
    evaluations = {}
    for number, kind in enumerate(year.schemes, 1):
        evaluations[kind] = evaluate_kind(year, kind)
        progress("打分和定等次", number, len(year.schemes))
    return settle_evaluations(year, evaluations, progress)


def settle_evaluations(
    year: CityYear, evaluations: Mapping[str, list[Evaluation]], progress: Progress = lambda *_: None
) -> YearResult:
    """Every subsidy of the year under these grades."""
    events = sorted(_events(year, evaluations), key=lambda event: event.on)  # stable: the workbook's order within a day
    history = History()
    settled = []
    for number, event in enumerate(events, 1):
        carrier = event.carrier
        subject = {"id": carrier.id, "org": carrier.organisation, "kind": carrier.kind, "level": carrier.level}
        try:
            outcome = compute(year.policy, subject, event.body, history, event.decisions)
        except PolicyError as error:
            settled.append(Settled(event, Outcome((), ()), error))
        else:
            for award in outcome.awards:
                history = history.with_award(award)
            settled.append(Settled(event, outcome, None))
        progress("计算补助", number, len(events))
    return YearResult(evaluations, settled)


def evaluate_kind(year: CityYear, kind: str) -> list[Evaluation]:
    """The year's round of one kind: every carrier of the register that takes part, reported or not."""
    carriers = [carrier for carrier in year.carriers.values() if carrier.kind == kind and carrier.evaluated]
    units = [
        Unit(
            carrier.id,
            year.reports[carrier.id].figures if carrier.id in year.reports else None,
            year.expert_scores.get(carrier.id),
            carrier.prior,
        )
        for carrier in carriers
    ]
    results = score(year.schemes[kind], units)
    return [Evaluation(*row) for row in zip(carriers, results, grade(year.schemes[kind], results), strict=True)]


def _events(year: CityYear, evaluations: Mapping[str, Iterable[Evaluation]]) -> Iterator[Event]:
    labels = year.policy.events
    for recognition in year.recognitions:
        carrier = year.carriers[recognition.carrier]
        level = year.policy.levels[recognition.level]
        yield Event(
            carrier,
            f"{labels['recognised'].label}为{level}",
            {
                "id": f"认定-{recognition.carrier}-{recognition.level}",
                "type": "recognised",
                "date": recognition.on,
                "level": recognition.level,
            },
            {},
        )
    for tenant in year.tenants:
        facts: dict[str, Any] = {"tenant": tenant.tenant, "entered_on": tenant.entered_on}
        if tenant.graduated_on is not None:
            facts["graduated_on"] = tenant.graduated_on
        yield Event(
            year.carriers[tenant.carrier],
            f"{tenant.name}被认定为高新技术企业",
            {
                "id": f"高企-{tenant.tenant}-{tenant.carrier}-{tenant.on}",
                "type": "tenant_hnte_recognised",
                "date": tenant.on,
                "facts": facts,
            },
            {},
        )
    for kind in evaluations.values():
        for evaluation in kind:
            if evaluation.grade.grade is not None:
                yield _evaluated(year, evaluation, evaluation.grade.grade)


def _evaluated(year: CityYear, evaluation: Evaluation, given: str) -> Event:
    carrier = evaluation.carrier
    report = year.reports.get(carrier.id)
    of = f"{year.year} 年度填报（数据期 {year.period} 年）"
    facts, sources = facts_of(year.schemes[carrier.kind], report.figures if report else {}, of)
    decision = year.decisions.get(carrier.id)
    decided = (
        {}
        if decision is None
        else {
            "rate": decision.rate,
            "by": decision.by,
            "on": decision.on.isoformat(),
            "reason": decision.reason,
        }
    )
    return Event(
        carrier,
        f"{year.year} 年度考评{year.policy.grades[given]}",
        {
            "id": f"考评-{year.year}-{carrier.id}",
            "type": "evaluated",
            "date": year.finalised_on,
            "year": year.year,
            "grade": given,
            "facts": facts,
            "sources": sources,
        },
        decided,
    )
