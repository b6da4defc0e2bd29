"""Everything `miaopu policy check` finds in a policy's files, each with file and line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from shared.core.canonical import canonical_json
from shared.core.exact import plain
from shared.core.files import DataFileError, Problem, as_json, line_of
from shared.policy.build import build
from shared.policy.cases import Case, CaseFile, run_case
from shared.policy.errors import PolicyError
from shared.policy.model import Policy
from shared.policy.outcome import Award
from shared.policy.sources import PolicyFiles, read_files


def check_policy(folder: Path, cases: Iterable[CaseFile] | None = None) -> list[Problem]:
    """What is wrong with the policy in `folder`; with `cases`, also the rules that none of them exercises."""
    try:
        files = read_files(folder)
        policy = build(files)
    except DataFileError as error:
        return list(error.problems)
    if cases is None:
        return []
    mine = [file for file in cases if file.policy == policy.id]
    return [*_unmet(policy, mine), *_unexercised(files, policy, mine)]


def _unmet(policy: Policy, cases: Iterable[CaseFile]) -> Iterator[Problem]:
    """Cases that come to something else than they say in `expect` or `error`; a case that says neither only runs."""
    for file in cases:
        for case in file.cases:
            said = as_json(case.body.get("error") or case.body.get("expect"))
            found = _outcome_of(policy, case)
            if said is not None and said != found:
                what = f"案例 {case.id} 写的是 {_short(said)}，算出来是 {_short(found)}"
                yield Problem(str(file.path), case.line, what)


def _short(stated: object) -> str:
    return stated if isinstance(stated, str) else canonical_json(stated).decode()


def _outcome_of(policy: Policy, case: Case) -> object:
    """What a case comes to, as `expect` or `error` would say it."""
    try:
        outcomes = run_case(policy, case.body)
    except PolicyError as error:
        return error.code
    return [[_stated(award) for award in outcome.awards] for outcome in outcomes]


def _stated(award: Award) -> dict[str, str]:
    numbers = {"amount": award.amount, "floor": award.floor, "ceiling": award.ceiling}
    return {"article": award.article} | {name: plain(value) for name, value in numbers.items() if value is not None}


def _unexercised(files: PolicyFiles, policy: Policy, cases: Iterable[CaseFile]) -> Iterator[Problem]:
    """Rules by which no event of any case is awarded anything. A case that fails as a whole exercises nothing."""
    exercised = set()
    for file in cases:
        for case in file.cases:
            try:
                outcomes = run_case(policy, case.body)
            except PolicyError:
                continue
            exercised |= {award.rule for outcome in outcomes for award in outcome.awards}
    for chapter in files.chapters:
        for number, rule in enumerate(chapter.chapter.rules):
            if rule.id not in exercised:
                line = line_of(chapter.node, ("rules", number, "id"))
                yield Problem(
                    str(chapter.path), line, f"没有案例用到规则 {rule.id}：每条规则至少要有一个按它发放的案例"
                )
