"""Worked cases as files: subjects, the events that happen to them in order, and what each event comes to.

The format is that of tests/policies: `expect` and `error` are for tests and are not read here.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from shared.core.dates import parse_date
from shared.core.files import DataFileError, Problem, line_of, read_yaml
from shared.policy.compute import compute
from shared.policy.errors import PolicyError, invalid_event
from shared.policy.facts import FORMS
from shared.policy.history import History
from shared.policy.model import Policy
from shared.policy.outcome import Outcome, refusal
from shared.policy.steps import step

REVERSED = "award_reversed"
REVERSAL_KEYS = {"type", "of", "date"}
CASE_KEYS = {"id", "subject", "events", "decisions", "expect", "error"}


class Case(NamedTuple):
    id: str
    body: Mapping[str, Any]
    line: int


class CaseFile(NamedTuple):
    path: Path
    policy: str
    cases: tuple[Case, ...]

    def case(self, wanted: str) -> Case | None:
        return next((case for case in self.cases if case.id == wanted), None)


def read_cases(path: Path) -> CaseFile:
    """The cases of a file; a DataFileError if it is not a file of cases."""
    node = read_yaml(path)
    problems = []
    if not isinstance(node, Mapping) or not isinstance(node.get("policy"), str):
        problems.append(Problem(str(path), 1, "应写明 policy: 政策编号"))
    if not isinstance(node, Mapping) or not isinstance(node.get("cases"), list):
        problems.append(Problem(str(path), 1, "应有列表 cases"))
    if problems:
        raise DataFileError(problems)
    cases: dict[str, Case] = {}
    for place, body in enumerate(node["cases"]):
        line = line_of(node["cases"], [place])
        if not isinstance(body, Mapping) or not isinstance(body.get("id"), str):
            problems.append(Problem(str(path), line, "每个案例应有文字编号 id"))
        elif body["id"] in cases:
            problems.append(Problem(str(path), line, f"案例编号 {body['id']} 重复"))
        elif not isinstance(body.get("events"), list):
            problems.append(Problem(str(path), line, f"案例 {body['id']} 应有列表 events"))
        elif unknown := sorted(set(map(str, body)) - CASE_KEYS):
            known = "、".join(sorted(CASE_KEYS))
            problems.append(
                Problem(str(path), line, f"案例 {body['id']} 有不认识的 {'、'.join(unknown)}；可用：{known}")
            )
        else:
            cases[body["id"]] = Case(body["id"], body, line)
    if problems:
        raise DataFileError(problems)
    return CaseFile(path, node["policy"], tuple(cases.values()))


def run_case(policy: Policy, case: Mapping[str, Any]) -> list[Outcome]:
    """One outcome per event, each event seeing the awards of those before; a PolicyError fails the whole case."""
    events: Sequence[object] = case["events"]
    history = History()
    outcomes: list[Outcome] = []
    for number, event in enumerate(events):
        try:
            outcome, history = _happen(policy, case, event, number, outcomes, history)
        except PolicyError as error:
            error.message = f"第 {number + 1} 个事件：{error.message}"
            raise
        outcomes.append(outcome)
    return outcomes


def _happen(
    policy: Policy,
    case: Mapping[str, Any],
    event: object,
    number: int,
    outcomes: Sequence[Outcome],
    history: History,
) -> tuple[Outcome, History]:
    if not isinstance(event, Mapping):
        raise invalid_event(f"events[{number}]", str(event), "“名称: 内容”的对照表")
    if event.get("type") == REVERSED:
        return _reverse(policy, event, number, outcomes, history)
    asked = {key: value for key, value in event.items() if key not in {"subject", "decisions"}}
    subject = event.get("subject", case.get("subject"))
    decisions = event.get("decisions", case.get("decisions"))
    outcome = compute(policy, subject, {"id": f"事件{number + 1}", **asked}, history, decisions)
    for award in outcome.awards:
        if award.ref in history:
            raise invalid_event("id", str(asked.get("id")), "与此前事件不同的编号")
        history = history.with_award(award)
    return outcome, history


def _reverse(
    policy: Policy, event: Mapping[str, Any], number: int, outcomes: Sequence[Outcome], history: History
) -> tuple[Outcome, History]:
    """Takes back what an earlier event awarded; if that was nothing, or is taken back already, says so."""
    of = event.get("of")
    if parse_date(event.get("date")) is None:
        raise invalid_event("date", None if event.get("date") is None else str(event["date"]), FORMS["date"])
    for key in event:
        if key not in REVERSAL_KEYS:
            raise invalid_event(key, str(event[key]), "、".join(sorted(REVERSAL_KEYS)))
    if not isinstance(of, int) or isinstance(of, bool) or not 0 <= of < number:
        raise invalid_event("of", None if of is None else str(of), f"此前事件的序号，0 至 {number - 1}")
    refs = [award.ref for award in outcomes[of].awards if award.ref in history]
    for ref in refs:
        history = history.with_reversal(ref)
    if refs:
        return Outcome((), ()), history
    says = f"第 {of + 1} 个事件没有可撤销的{policy.pays}（未曾{policy.pays}、尚待决定或已经撤销），撤销不起作用"
    steps = [step("result", policy.in_force_article, says, after="0.00")]
    return Outcome((), (refusal(policy.name, None, None, "nothing-to-reverse", steps),)), history


def compute_cases(policy: Policy, file: CaseFile) -> dict[str, Any]:
    """The JSON document of `miaopu policy compute`: per case its results and refusals, or the error that fails it."""
    return dict(_computed(policy, file))


def _computed(policy: Policy, file: CaseFile) -> Iterator[tuple[str, dict[str, Any]]]:
    for case in file.cases:
        try:
            outcomes = run_case(policy, case.body)
        except PolicyError as error:
            yield case.id, {"error": error.code, "message": error.message}
        else:
            yield (
                case.id,
                {
                    "results": [[award.as_json() for award in outcome.awards] for outcome in outcomes],
                    "declined": [[refusal.as_json() for refusal in outcome.declined] for outcome in outcomes],
                },
            )
