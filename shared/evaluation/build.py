"""Makes a scheme of its file, and finds what could not work: unknown figures, wrong sums, lines that cross."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from shared.core.files import DataFileError, Problem, line_of
from shared.core.units import is_money
from shared.evaluation import schema
from shared.evaluation.checks import OPERATORS, Check
from shared.evaluation.figures import Figure, Number, exact, text
from shared.evaluation.scheme import GRADE_NAMES, UNQUALIFIED, Carry, GradeLine, Indicator, Scheme
from shared.evaluation.scoring import Expert, Form, PerAmount, PerUnit, Ratio, Relative, Step, Weighted, lower

At = tuple[str | int, ...]


def exact_text(written: str) -> Number:
    return exact(Decimal(written))


class SchemeBuilder:
    """`described`: every figure must be in `figures` with its label, and every indicator have one, as a form needs."""

    def __init__(self, given: schema.Scheme, file: Path, node: object, at: At = (), *, described: bool = True) -> None:
        self.given = given
        self.file = file
        self.node = node
        self.at = at
        self.described = described
        self.problems: list[Problem] = []
        self.figures = {
            name: Figure(name, f.label, f.unit, f.help, f.evidence, dict(f.kinds), f.fact, exact_text(f.jump))
            for name, f in given.figures.items()
        }

    def _check_figures(self) -> None:
        for name, given in self.given.figures.items():
            if given.fact and not is_money(given.unit):
                self.find(
                    ("figures", name, "unit"),
                    f"填报项 {name} 用作补助的事实，单位应为 yuan、thousand_yuan 或 ten_thousand_yuan",
                )
            for key, label in (("unit", "单位"), ("help", "说明"), ("evidence", "证明材料")):
                if self.described and not getattr(given, key):
                    self.find(("figures", name), f"填报项 {name} 没有{label}（{key}）")

    def find(self, at: Iterable[str | int], what: str) -> None:
        self.problems.append(Problem(str(self.file), line_of(self.node, (*self.at, *at)), what))

    def scheme(self) -> Scheme:
        """The scheme, or one DataFileError with everything that is wrong with it."""
        given = self.given
        indicators = tuple(self._indicator(place, indicator) for place, indicator in enumerate(given.indicators))
        self._check_codes(indicators)
        self._check_figures()
        self._check_sections()
        grades = tuple(self._grades())
        checks = tuple(self._checks())
        if self.problems:
            raise DataFileError(sorted(self.problems))
        return Scheme(
            id=given.id,
            title=given.title or given.id,
            carrier=given.carrier,
            sample=given.sample,
            note=given.note,
            full=exact_text(given.full),
            bonus_cap=None if given.bonus_cap is None else exact_text(given.bonus_cap),
            indicators=indicators,
            figures=self.figures,
            grades=grades,
            quota_from=given.grades.quota_from,
            carry=Carry(
                given.carry.national_excellent_counts,
                given.carry.national_failure_bars,
                given.carry.second_failure_withdraws,
            ),
            outlier_over=exact_text(given.experts.outlier_over),
            checks=checks,
            sections={title: tuple(names) for title, names in given.sections.items()},
        )

    def _indicator(self, place: int, given: schema.Indicator) -> Indicator:
        at: At = ("indicators", place)
        if self.described and not given.label:
            self.find(at, f"指标 {given.code} 没有名称（label）")
        full = exact_text(given.full)
        if full <= 0:
            self.find((*at, "full"), f"指标 {given.code} 的满分应大于 0")
        form = self._form(at, given, full)
        veto = exact_text(given.veto.min) if given.veto else None
        label = given.label or given.code
        return Indicator(given.code, label, full, form, veto, given.bonus, given.help, given.evidence)

    def _form(self, at: At, given: schema.Indicator, full: Number) -> Form:
        score = given.score
        name = given.figure or given.code
        match score:
            case schema.Weighted():
                figure = self._figure(at, name)
                for kind in score.each:
                    if self.described and kind not in figure.kinds:
                        self.find((*at, "score", "each", kind), f"填报项 {name} 没有类别 {kind}")
                return Weighted(figure, {kind: exact_text(weight) for kind, weight in score.each.items()})
            case schema.Ratio():
                part = self._figure((*at, "score", "part"), score.part)
                whole = self._figure((*at, "score", "whole"), score.whole)
                then = self._single((*at, "score", "then"), score.then, Figure(given.code, given.label, "%"))
                return Ratio(part, whole, then)
            case schema.Relative():
                return Relative(self._figure(at, name), full)
            case schema.Expert():
                return Expert(given.label or given.code, full)
            case _:
                return self._single((*at, "score"), score, self._figure(at, name))

    def _single(
        self, at: At, score: schema.PerUnit | schema.Step | schema.PerAmount, figure: Figure
    ) -> PerUnit | Step | PerAmount:
        match score:
            case schema.PerUnit():
                return PerUnit(figure, exact_text(score.each))
            case schema.Step():
                per = exact_text(score.per)
                if per <= 0:
                    self.find((*at, "per"), "每一级的幅度（per）应大于 0")
                return Step(figure, exact_text(score.from_), exact_text(score.base), per, exact_text(score.add))
            case schema.PerAmount():
                amount = exact_text(score.amount)
                if amount <= 0:
                    self.find((*at, "amount"), "计分的额度（amount）应大于 0")
                return PerAmount(figure, amount, exact_text(score.each))

    def _figure(self, at: At, name: str) -> Figure:
        figure = self.figures.get(name)
        if figure is None:
            if self.described:
                self.find(at, f"figures 没有填报项 {name}")
            figure = self.figures[name] = Figure(name, name, "")
        return figure

    def _check_codes(self, indicators: tuple[Indicator, ...]) -> None:
        seen: set[str] = set()
        for place, indicator in enumerate(indicators):
            if indicator.code in seen:
                self.find(("indicators", place, "code"), f"指标编号 {indicator.code} 重复")
            seen.add(indicator.code)
        total = sum((indicator.full for indicator in indicators if not indicator.bonus), start=0)
        if total != exact_text(self.given.full):
            self.find(("full",), f"各指标满分之和是 {text(lower(Fraction(total)))}，与总分 {self.given.full} 不符")
        if self.given.bonus_cap is not None and not any(indicator.bonus for indicator in indicators):
            self.find(("bonus_cap",), "没有加分指标（bonus），加分上限用不到")

    def _check_sections(self) -> None:
        """A scheme with sections has each figure in exactly one of them: a form asks for everything, once."""
        asked = [name for names in self.given.sections.values() for name in names]
        for title, names in self.given.sections.items():
            for place, name in enumerate(names):
                if name not in self.given.figures:
                    self.find(("sections", title, place), f"figures 没有填报项 {name}")
                elif asked.count(name) > 1:
                    self.find(("sections", title, place), f"填报项 {name} 在 sections 里重复")
        for name in self.given.figures if asked else ():
            if name not in asked:
                self.find(("figures", name), f"填报项 {name} 不在任何一部分（sections）里")

    def _grades(self) -> Iterable[GradeLine]:
        given = self.given.grades
        last: Decimal | None = None
        for grade, written in given.lines.items():
            line = Decimal(written)
            if self.described and grade not in GRADE_NAMES:
                known = "、".join(name for name in GRADE_NAMES if name != UNQUALIFIED)
                self.find(("grades", "lines", grade), f"不认识等次 {grade}；可用：{known}")
            if self.described and line > Decimal(self.given.full):
                self.find(("grades", "lines", grade), f"{grade} 的分数线 {line} 高于总分 {self.given.full}")
            if grade == UNQUALIFIED:
                self.find(("grades", "lines", grade), "不合格没有分数线：低于所有分数线即为不合格")
            if last is not None and line >= last:
                self.find(("grades", "lines", grade), f"分数线应从高到低：{grade} 的 {line} 不低于上一等次的 {last}")
            last = line
            quota = given.quota.get(grade)
            if quota is not None and Decimal(quota) > 1:
                self.find(("grades", "quota", grade), "名额比例应为 0 至 1 的小数")
            yield GradeLine(grade, line, None if quota is None else exact_text(quota))
        for grade in given.quota:
            if grade not in given.lines:
                self.find(("grades", "quota", grade), f"等次 {grade} 没有分数线")

    def _checks(self) -> Iterable[Check]:
        for place, check in enumerate(self.given.checks):
            match check.that.split():
                case [left, sign, right] if sign in OPERATORS and left != right:
                    at = ("checks", place, "that")
                    yield Check(self._figure(at, left), sign, self._figure(at, right), check.says, check.warning)
                case _:
                    known = "、".join(OPERATORS)
                    self.find(("checks", place, "that"), f"应写成“填报项 比较号 填报项”，比较号为 {known} 之一")
