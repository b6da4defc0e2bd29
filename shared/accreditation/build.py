"""Makes conditions of their file, and finds what could not work: unknown figures, mixed forms, dates that overlap."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from shared.accreditation import schema
from shared.accreditation.conditions import Condition, Conditions, InForce
from shared.accreditation.figures import Figure
from shared.accreditation.requirements import (
    AnyOf,
    AtLeast,
    Holds,
    MonthsAtLeast,
    Requirement,
    ShareAtLeast,
    Single,
    SoManyPer,
)
from shared.core.files import DataFileError, Problem, line_of
from shared.core.units import is_money

At = tuple[str | int, ...]

FORMS = ("at_least", "share_at_least", "months_at_least", "holds", "any_of")
TYPES = {
    "at_least": ("count", "amount", "entries"),
    "share_at_least": ("count", "amount", "entries"),
    "months_at_least": ("date",),
    "holds": ("yes",),
}
TYPE_NAMES = {"count": "个数", "amount": "数额", "date": "日期", "yes": "是否", "entries": "条目"}


class ConditionsBuilder:
    """Works through one file; `build` raises one DataFileError with everything that is wrong with it."""

    def __init__(self, given: schema.KindFile, file: Path, node: object) -> None:
        self.given = given
        self.file = file
        self.node = node
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self.figures = {
            name: Figure(name, each.label, each.type, each.unit, each.help, each.evidence)
            for name, each in given.figures.items()
        }

    def find(self, at: Iterable[str | int], what: str) -> None:
        self.problems.append(Problem(str(self.file), line_of(self.node, at), what))

    def build(self) -> tuple[Conditions, ...]:
        titles = tuple(self._title(place, title) for place, title in enumerate(self.given.titles))
        self._check_figures()
        self._check_titles(titles)
        if self.problems:
            raise DataFileError(sorted(set(self.problems)))  # conditions two titles share are told once
        return titles

    def _title(self, place: int, given: schema.Title) -> Conditions:
        at: At = ("titles", place)
        if given.sample and not given.note:
            self.find((*at, "sample"), "样例应在 note 里写明它是样例，以及哪些内容没有公开查到")
        if given.sample and "样例" not in given.title:
            self.find((*at, "title"), "样例的名称应写明“样例”")
        if not given.sample and not given.document:
            self.find(at, "不是样例的条件应写明依据的文号（document）")
        in_force = self._in_force((*at, "in_force"), given.in_force)
        conditions = tuple(
            self._condition((*at, "conditions", number), condition, given, in_force)
            for number, condition in enumerate(given.conditions)
        )
        self._check_ids(at, given)
        return Conditions(
            id=given.id,
            kind=self.given.kind,
            kind_name=self.given.name,
            level=given.level,
            title=given.title,
            document=given.document,
            in_force=in_force,
            sample=given.sample,
            note=given.note,
            tracks=dict(given.tracks),
            conditions=conditions,
        )

    def _in_force(self, at: At, given: schema.InForce) -> InForce:
        if given.until is not None and given.until < given.from_:
            self.find((*at, "until"), f"有效期止于 {given.until}，早于起始之日 {given.from_}")
        return InForce(given.from_, given.until, given.confirmed_until, given.says)

    def _condition(self, at: At, given: schema.Condition, title: schema.Title, in_force: InForce) -> Condition:
        if given.track is not None and given.track not in title.tracks:
            self.find((*at, "track"), f"tracks 没有申报类别 {given.track}")
        return Condition(
            id=given.id,
            says=given.says,
            document=given.document or title.document,
            article=given.article,
            interpretation=given.interpretation,
            in_force=self._in_force((*at, "in_force"), given.in_force) if given.in_force else in_force,
            track=given.track,
            requirement=self._requirement((*at, "requires"), given.requires),
        )

    def _requirement(self, at: At, given: schema.Requirement) -> Requirement:
        if given.any_of is None:
            return self._single(at, given)
        if len(given.any_of) < 2:
            self.find((*at, "any_of"), "any_of 至少写两项，有一项即可")
        if given.model_fields_set != {"any_of"}:
            self.find(at, "any_of 不与其他要求写在一起")
        return AnyOf(tuple(self._single((*at, "any_of", place), each) for place, each in enumerate(given.any_of)))

    def _single(self, at: At, given: schema.Alternative) -> Single:
        forms = [form for form in FORMS if getattr(given, form, None) is not None]
        if len(forms) != 1:
            self.find(at, f"要求应恰好写 {'、'.join(FORMS)} 之一")
        form = forms[0] if forms else "holds"
        figure = self._figure(at, "figure", given.figure, form)
        match form:
            case "at_least" if given.per is not None or given.of is not None:
                other = self._figure(at, "of", given.of, form)
                return SoManyPer(figure, other, self._least(at, given), self._above_zero(at, "per", given.per))
            case "at_least":
                return AtLeast(figure, self._least(at, given))
            case "share_at_least":
                return self._share(at, figure, given)
        for key in ("per", "of"):
            if getattr(given, key) is not None:
                self.find((*at, key), f"{key} 只与 at_least 或 share_at_least 一起写")
        return MonthsAtLeast(figure, given.months_at_least or 1) if form == "months_at_least" else Holds(figure)

    def _least(self, at: At, given: schema.Alternative) -> Decimal:
        return self._above_zero(at, "at_least", given.at_least)

    def _share(self, at: At, figure: Figure, given: schema.Alternative) -> ShareAtLeast:
        whole = self._figure(at, "of", given.of, "share_at_least")
        if given.per is not None:
            self.find((*at, "per"), "per 只与 at_least 一起写")
        share = self._above_zero(at, "share_at_least", given.share_at_least)
        if share > 1:
            self.find((*at, "share_at_least"), "比例应为大于 0、不超过 1 的小数，例如 0.75")
        if figure.unit != whole.unit:
            self.find((*at, "of"), f"{figure.label}（{figure.unit}）与{whole.label}（{whole.unit}）单位不同，不能相比")
        return ShareAtLeast(figure, whole, share)

    def _above_zero(self, at: At, key: str, written: str | None) -> Decimal:
        value = Decimal(written) if written is not None else Decimal(0)
        if written is None:
            self.find(at, f"缺少 {key}")
        elif value <= 0:
            self.find((*at, key), f"{key} 应大于 0")
        return value

    def _figure(self, at: At, key: str, name: str | None, form: str) -> Figure:
        figure = self.figures.get(name or "")
        if figure is None:
            self.find((*at, key), f"figures 没有填报项 {name}" if name else f"缺少填报项（{key}）")
            return Figure(name or "", name or "", TYPES[form][0], "", "", "")
        self.used.add(figure.name)
        if figure.type not in TYPES.get(form, ()):
            wanted = "、".join(TYPE_NAMES[each] for each in TYPES.get(form, ()))
            self.find((*at, key), f"{figure.label}是{TYPE_NAMES[figure.type]}，{form} 要的是{wanted}")
        return figure

    def _check_figures(self) -> None:
        for name, figure in self.figures.items():
            if figure.type in {"count", "amount", "entries"} and not figure.unit:
                self.find(("figures", name), f"填报项 {name} 没有单位（unit）")
            if figure.type in {"date", "yes"} and figure.unit:
                self.find(("figures", name, "unit"), f"填报项 {name} 是{TYPE_NAMES[figure.type]}，没有单位")
            if is_money(figure.unit) and figure.type != "amount":
                self.find(("figures", name, "type"), f"填报项 {name} 是金额，类型（type）应为 amount")
            if name not in self.used:
                self.find(("figures", name), f"没有条件用到填报项 {name}")

    def _check_ids(self, at: At, given: schema.Title) -> None:
        seen: set[str] = set()
        for place, condition in enumerate(given.conditions):
            if condition.id in seen:
                self.find((*at, "conditions", place, "id"), f"条件编号 {condition.id} 重复")
            seen.add(condition.id)

    def _check_titles(self, titles: tuple[Conditions, ...]) -> None:
        for place, later in enumerate(titles):
            for earlier in titles[:place]:
                if earlier.id == later.id:
                    self.find(("titles", place, "id"), f"编号 {later.id} 重复")
                if earlier.level == later.level and _overlap(earlier.in_force, later.in_force):
                    self.find(("titles", place, "in_force"), f"有效期与 {earlier.id} 重叠：同一天只能有一份条件")


def _overlap(one: InForce, other: InForce) -> bool:
    return one.holds(other.start) or other.holds(one.start)
