"""The worked cases fix what the engines do. Adding a case needs no code: it is found here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.core.exact import plain
from shared.core.files import as_json, read_yaml
from shared.evaluation.cases import compute_rounds, read_rounds
from shared.policy import Outcome, Policy, PolicyError, load_policy
from shared.policy.cases import REVERSED, Case, read_cases, run_case

HERE = Path(__file__).parent
POLICY_FILES = [read_cases(path) for path in sorted(HERE.glob("policy-*.yaml"))]
POLICY_CASES = [
    pytest.param(file.policy, case, id=f"{file.path.stem}:{case.id}") for file in POLICY_FILES for case in file.cases
]
ROUNDS = [given for path in sorted(HERE.glob("evaluation*.yaml")) for given in read_rounds(path)]
UNITS = [
    pytest.param(given.id, unit["id"], as_json(unit["expect"]), id=f"{given.id}:{unit['id']}")
    for given in ROUNDS
    for unit in given.node["units"]
]


def awarded(outcome: Outcome) -> list[dict[str, str]]:
    """What a case states of an award: the article and the amount, or the floor and ceiling."""
    found = []
    for award in outcome.awards:
        numbers = {"floor": award.floor, "ceiling": award.ceiling, "amount": award.amount}
        given = {name: plain(value) for name, value in numbers.items() if value is not None}
        found.append({"article": award.article, **given})
    return found


@pytest.mark.parametrize(("policy", "case"), POLICY_CASES)
def test_a_policy_case_awards_what_it_says(policy: str, case: Case) -> None:
    used = load_policy(policy)
    if "error" in case.body:
        with pytest.raises(PolicyError) as failed:
            run_case(used, case.body)
        assert failed.value.code == case.body["error"]
        return
    outcomes = run_case(used, case.body)
    assert [awarded(outcome) for outcome in outcomes] == as_json(case.body["expect"])
    _each_event_is_answered(used, case.body, outcomes)


def _each_event_is_answered(policy: Policy, case: Mapping[str, Any], outcomes: list[Outcome]) -> None:
    """Whoever gets nothing is told why; a reversal that took something back has nothing to refuse."""
    for event, outcome in zip(case["events"], outcomes, strict=True):
        if not outcome.awards and event["type"] != REVERSED:
            assert outcome.declined
        for refusal in outcome.declined:
            assert refusal.reason
            assert refusal.steps[-1]["says"].startswith("不予补助：")


@pytest.fixture(scope="session")
def computed_rounds() -> dict[str, Any]:
    return compute_rounds(ROUNDS)


@pytest.mark.parametrize(("given", "unit", "expect"), UNITS)
def test_a_unit_gets_the_total_and_grade_its_case_says(
    computed_rounds: dict[str, Any], given: str, unit: str, expect: dict[str, Any]
) -> None:
    found = computed_rounds[given][unit]
    if "error" in expect:
        assert found["error"] == expect["error"]
    else:
        wanted = {"withdrawal_proposed": False, **expect}
        assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("name", ["policy-2017-52.yaml", "evaluation.yaml"])
def test_our_copy_of_the_cases_is_that_of_the_design(root: Path, name: str) -> None:
    original = root.parent / "shared" / "cases" / name
    if not original.exists():
        pytest.skip("a clone elsewhere has only the copy")
    assert (HERE / name).read_bytes() == original.read_bytes()


def test_the_shipped_makerspace_scheme_scores_as_the_one_of_the_cases() -> None:
    path = HERE / "evaluation.yaml"
    mine = as_json(read_yaml(HERE.parent.parent / "shared/evaluation/library/makerspace-100.yaml"))["scheme"]
    theirs = next(s for s in as_json(read_yaml(path))["schemes"] if s["id"] == "makerspace-100")
    scored = [{key: each[key] for key in ("code", "full", "score")} for each in mine["indicators"]]
    assert scored == theirs["indicators"]
    assert mine["grades"] == theirs["grades"]
