"""What a report comes to while it is being filled: checks at their fields, jumps against last year, and a preview of
the part of the score that is computed from figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.incubator.domain.report_form import Box, Form, check_key, jump_key
from services.incubator.domain.typed_text import Reading
from shared.core.exact import ROUNDING, shortest
from shared.evaluation import Unit, score
from shared.evaluation.checks import broken
from shared.evaluation.figures import Number, rounded, text, total_of
from shared.evaluation.scheme import Indicator, Scheme
from shared.evaluation.scoring import Relative
from shared.reading.figures import YES_NO, shown

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class FailedCheck:
    """A check that does not hold, at the fields it compares. An error must be put right; a warning may stay if the
    explanation kept at it says why."""

    key: str
    fields: tuple[str, str]
    warning: bool
    says: str
    message: str
    explanation: str

    @property
    def blocks(self) -> bool:
        return not (self.warning and self.explanation.strip())


@dataclass(frozen=True)
class Change:
    """A box beside last year's. `percent` is None if last year's was 0; `jump`: more than its figure's threshold."""

    name: str
    key: str
    label: str
    last: str
    now: str
    percent: str | None
    jump: bool
    message: str
    explanation: str


@dataclass(frozen=True)
class IndicatorPreview:
    """One indicator: its score of its full mark, or why there is none yet."""

    code: str
    label: str
    rule: str
    full: str
    value: str | None
    score: str | None
    why: str
    bonus: bool
    vetoed: bool


@dataclass(frozen=True)
class Preview:
    """`total` of `of`: what the indicators come to that can be computed, of what they could come to. Experts' marks
    and what is compared with the whole round are left out of both, and `note` says so."""

    total: str
    of: str
    bonus: str
    note: str
    indicators: tuple[IndicatorPreview, ...]


def failed_checks(scheme: Scheme, reading: Reading, explanations: Mapping[str, str]) -> tuple[FailedCheck, ...]:
    """The checks that do not hold, of figures that could be read."""
    found = []
    for failed in broken(scheme.checks, reading.figures):
        check, key = failed.check, check_key(failed.check)
        todo = "请核对两项；如果属实，请在此写明原因" if check.warning else "请核对并改正其中一项"
        pair = (check.left.name, check.right.name)
        told = explanations.get(key, "")
        found.append(FailedCheck(key, pair, check.warning, check.says, f"{failed}；{todo}", told))
    return tuple(found)


def changes(
    form: Form, reading: Reading, last: Mapping[str, str], explanations: Mapping[str, str]
) -> tuple[Change, ...]:
    """Each box that has a figure this year and last."""
    pairs = ((box, last.get(name), reading.understood[name].figure) for name, box in form.boxes.items())
    return tuple(
        _change(box, before, now, explanations.get(jump_key(box.name), ""))
        for box, before, now in pairs
        if before is not None and now is not None and box.input != YES_NO
    )


def _change(box: Box, before: str, now: str, explanation: str) -> Change:
    was, is_ = Decimal(before), Decimal(now)
    threshold = box.figure.jump
    jump = abs(is_ - was) * threshold.denominator > was * threshold.numerator
    percent = None
    message = "与上年度相同"
    if was:
        percent = shortest(ROUNDING.quantize(ROUNDING.divide(100 * (is_ - was), was), TENTH))
    if is_ != was and percent is None:
        message = f"上年度为 0，本年度 {shown(box, now)}"
    elif is_ != was:
        message = f"比上年度{'增加' if is_ > was else '减少'} {(percent or '').removeprefix('-')}%"
    return Change(box.name, jump_key(box.name), box.title, before, now, percent, jump, message, explanation)


def preview(scheme: Scheme, reading: Reading) -> Preview:
    """Each indicator by itself: one whose figures are wrong or missing leaves the others alone."""
    shown_ = []
    counted: list[Number] = []
    bonus: list[Number] = []
    of: list[Number] = []
    for indicator in scheme.indicators:
        why = _why_none(scheme, indicator, reading)
        result = None if why else score(scheme.only(indicator), [Unit("", reading.figures)])[0]
        if result is not None and result.error is not None:
            why, result = result.error.message, None
        if not indicator.bonus and not _left_out(scheme, indicator):
            of.append(indicator.full)
        points = result.scores[0] if result is not None else None
        if points is not None:
            (bonus if indicator.bonus else counted).append(points.score)
        shown_.append(
            IndicatorPreview(
                indicator.code,
                indicator.label,
                indicator.form.text(),
                text(indicator.full),
                text(points.value) if points else None,
                text(points.score) if points else None,
                why,
                indicator.bonus,
                vetoed=bool(points and points.vetoed),
            )
        )
    extra = total_of(bonus)
    if scheme.bonus_cap is not None:
        extra = min(extra, scheme.bonus_cap)
    total = rounded(total_of([*counted, extra]))
    return Preview(shortest(total), text(total_of(of)), text(extra), "".join(_note(scheme)), tuple(shown_))


def _left_out(scheme: Scheme, indicator: Indicator) -> bool:
    return indicator in scheme.expert_indicators or isinstance(indicator.form, Relative)


def _why_none(scheme: Scheme, indicator: Indicator, reading: Reading) -> str:
    if indicator in scheme.expert_indicators:
        return "由专家评分，不在预估之内"
    for figure in indicator.form.figures:
        boxes = [name for name in reading.understood if name.split(".")[0] == figure.name]
        if any(name in reading.problems for name in boxes):
            return f"“{figure.label}”填写有误，改正后才能计分"
        if figure.name not in reading.figures:
            partly = any(reading.understood[name].figure is not None for name in boxes)
            return f"“{figure.label}”没有填{'全' if partly else ''}，填写后才能计分"
    if isinstance(indicator.form, Relative):
        return "与本轮最高值比较，截止后才能计分"
    return ""


def _note(scheme: Scheme) -> Iterator[str]:
    yield "只是定量部分的预估，以考评结果为准。"
    expert = [each.label for each in scheme.expert_indicators]
    if expert:
        yield f"专家评分（{'、'.join(expert)}）除外。"
    relative = [each.label for each in scheme.indicators if isinstance(each.form, Relative)]
    if relative:
        yield f"{'、'.join(relative)}要与本轮最高值比较，也不计在内。"
