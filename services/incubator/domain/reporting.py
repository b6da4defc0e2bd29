"""What a report says: its problems as its operator has to hear them, and the facts a policy asks for."""

from collections.abc import Iterator, Mapping

from shared.core.units import unit_name
from shared.evaluation import Scheme, Unit, score
from shared.evaluation.checks import broken
from shared.evaluation.figures import yuan_of


def problems_of(scheme: Scheme, figures: Mapping[str, object], *, explained: bool) -> list[str]:
    """Unknown and missing figures, figures that contradict each other, what scoring would stumble over.

    A check that only warns may stay if the report explains it.
    """
    return [*_names(scheme, figures), *_checks(scheme, figures, explained=explained), *_scoring(scheme, figures)]


def _names(scheme: Scheme, figures: Mapping[str, object]) -> Iterator[str]:
    for name in figures:
        if name not in scheme.figures:
            known = next((each.name for each in scheme.figures.values() if each.label == name), None)
            yield f"没有“{name}”这一项，" + (f"字段名是 {known}" if known else "请核对字段名")


def _checks(scheme: Scheme, figures: Mapping[str, object], *, explained: bool) -> Iterator[str]:
    for failed in broken(scheme.checks, figures):
        if not failed.check.warning:
            yield f"{failed}；请核对并改正其中一项"
        elif not explained:
            yield f"{failed}；请改正，如果属实请在说明里写明原因"


def _scoring(scheme: Scheme, figures: Mapping[str, object]) -> Iterator[str]:
    told = set()
    for indicator in scheme.indicators:
        if indicator in scheme.expert_indicators:
            continue  # experts score later
        error = score(scheme.only(indicator), [Unit("", figures)])[0].error
        if error is not None and error.message not in told:
            told.add(error.message)
            yield f"{indicator.label}无法计分：{error.message}"


def facts_of(scheme: Scheme, figures: Mapping[str, object], of: str) -> tuple[dict[str, str], dict[str, str]]:
    """The facts of a policy that figures become, in yuan, and where each comes from; `of` names the report."""
    facts, sources = {}, {}
    for figure in scheme.figures.values():
        value = figures.get(figure.name) if figure.fact else None
        if figure.fact and value is not None:
            facts[figure.fact] = yuan_of(figure, value)
            sources[figure.fact] = f"{of}，{figure.label}，{unit_name(figure.unit)}"
    return facts, sources
