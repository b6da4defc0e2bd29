"""A form with what somebody typed into it: what was understood, what is wrong, what is missing, what it comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.incubator.domain.report_form import Form, check_key
from services.incubator.domain.report_preview import Change, FailedCheck, Preview, changes, failed_checks, preview
from services.incubator.domain.typed_text import Reading, figures_by_box, read_form
from shared.evaluation import Unit, score
from shared.evaluation.checks import broken
from shared.reading.figures import shown

MOST_EXPLANATION = 4000
"""Characters of all explanations together, as a report keeps them."""


@dataclass(frozen=True)
class FieldProblem:
    """Why a report cannot be handed in yet, at the box (or the figure, or the check) named."""

    name: str
    label: str
    problem: str

    def __str__(self) -> str:
        return f"{self.label}：{self.problem}"


@dataclass(frozen=True)
class FilledForm:
    form: Form
    typed: Mapping[str, str]
    explanations: Mapping[str, str]
    last: Mapping[str, str]
    """Last year's figures by box, as a report keeps them; `last_shown` as people read them."""
    reading: Reading
    checks: tuple[FailedCheck, ...]
    changes: tuple[Change, ...]
    preview: Preview

    @property
    def last_shown(self) -> dict[str, str]:
        return {name: shown(self.form.boxes[name], figure) for name, figure in self.last.items()}

    @property
    def jumps(self) -> tuple[Change, ...]:
        """What changed against last year by more than its threshold; an explanation is welcome, not demanded."""
        return tuple(change for change in self.changes if change.jump)

    @property
    def filled(self) -> int:
        return self.reading.filled

    @property
    def of(self) -> int:
        return len(self.form.boxes)

    def at(self, field: str) -> tuple[FailedCheck, ...]:
        """The failed checks that concern a field."""
        return tuple(check for check in self.checks if field in check.fields)

    def problems(self) -> list[FieldProblem]:
        """Everything that keeps the report from being handed in, in the order of the form."""
        return [*self._boxes(), *self._checks(), *self._scoring(), *self._length()]

    def _boxes(self) -> Iterator[FieldProblem]:
        missing = set(self.reading.missing)
        for name, box in self.form.boxes.items():
            if name in self.reading.problems:
                yield FieldProblem(name, box.title, self.reading.problems[name])
            elif name in missing:
                yield FieldProblem(name, box.title, "没有填报；确实没有请填 0")

    def _checks(self) -> Iterator[FieldProblem]:
        for check in self.checks:
            if check.blocks:
                label = self.form.fields[check.fields[0]].figure.label
                yield FieldProblem(check.key if check.warning else check.fields[0], label, check.message)

    def _scoring(self) -> Iterator[FieldProblem]:
        """What scoring would stumble over although each figure by itself is right."""
        scheme = self.form.scheme
        known = {name for check in self.checks for name in check.fields}
        for indicator in scheme.indicators:
            names = [figure.name for figure in indicator.form.figures]
            if not names or any(name not in self.reading.figures for name in names) or known.issuperset(names):
                continue
            error = score(scheme.only(indicator), [Unit("", self.reading.figures)])[0].error
            if error is not None:
                yield FieldProblem(names[0], indicator.label, f"无法计分，{error.message}；请核对")

    def _length(self) -> Iterator[FieldProblem]:
        length = len(self.explanation())
        if length > MOST_EXPLANATION:
            yield FieldProblem("", "说明", f"各项说明合计 {length} 字，至多 {MOST_EXPLANATION} 字；请精简")

    def explanation(self) -> str:
        """The explanations of what still needs one, joined: what the report keeps as its explanation."""
        told = [(check.says, check.explanation) for check in self.checks if check.warning]
        told += [(f"{change.label}{change.message}", change.explanation) for change in self.jumps]
        return "\n".join(f"{what}：{_clean(why)}" for what, why in told if why.strip())


def _clean(text: str) -> str:
    """One line, without characters that cannot be printed."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def fill(
    form: Form, typed: Mapping[str, str], explanations: Mapping[str, str], last: Mapping[str, object] | None = None
) -> FilledForm:
    """The form as it stands; `last`: the figures reported last year, if any."""
    reading, before = read_form(form, typed), figures_by_box(form, last)
    return FilledForm(
        form=form,
        typed=typed,
        explanations=explanations,
        last=before,
        reading=reading,
        checks=failed_checks(form.scheme, reading, explanations),
        changes=changes(form, reading, before, explanations),
        preview=preview(form.scheme, reading),
    )


def typed_from(form: Form, figures: Mapping[str, object]) -> dict[str, str]:
    """Reported figures as they would be typed: what a correction starts from."""
    return {name: shown(form.boxes[name], figure) for name, figure in figures_by_box(form, figures).items()}


def explanations_from(form: Form, figures: Mapping[str, object], explanation: str) -> dict[str, str]:
    """The one explanation of a report, at each warning it was written for."""
    failed = broken(form.scheme.checks, figures) if explanation.strip() else []
    return {check_key(each.check): explanation for each in failed if each.check.warning}
