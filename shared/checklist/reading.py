"""Makes requirements of what a file says, and finds what could not work: unknown figures, mixed forms."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from shared.checklist import schema
from shared.checklist.figures import Figure
from shared.checklist.numbers import AtLeast, AtMost, ShareAtLeast, SoManyPer
from shared.checklist.requirements import AnyOf, Requirement, Single
from shared.checklist.times import AgeAtMost, MonthsAtLeast, MonthsAtMost
from shared.checklist.words import Holds, OneOf
from shared.core.units import is_money

At = tuple[str | int, ...]

FORMS = (
    "at_least", "at_most", "share_at_least", "months_at_least", "months_at_most", "age_at_most", "one_of", "holds",
    "any_of",
)  # fmt: skip
NUMBERS = ("count", "amount", "entries")
TYPES = {
    "at_least": NUMBERS,
    "at_most": NUMBERS,
    "share_at_least": NUMBERS,
    "months_at_least": ("date",),
    "months_at_most": ("date",),
    "age_at_most": ("date",),
    "one_of": ("choice",),
    "holds": ("yes",),
}
TYPE_NAMES = {"count": "个数", "amount": "数额", "date": "日期", "yes": "是否", "entries": "条目", "choice": "选项"}
ONLY_WITH = {"per": "at_least", "of": "at_least 或 share_at_least", "counted": "age_at_most", "more_for": "age_at_most"}
TAKES = {"at_least": {"per", "of"}, "share_at_least": {"of"}, "age_at_most": {"counted", "more_for"}}
"""What else each form may be written with."""


class Find(Protocol):
    """Takes a problem down, with where in the file it is."""

    def __call__(self, at: At, what: str) -> None: ...


def figures_of(given: Mapping[str, schema.Figure]) -> dict[str, Figure]:
    return {
        name: Figure(name, each.label, each.type, each.unit, each.help, each.evidence, tuple(each.options.items()))
        for name, each in given.items()
    }


class RequirementReader:
    """Reads the requirements of one file over its figures; what is wrong is told to `find`."""

    def __init__(self, figures: Mapping[str, Figure], find: Find) -> None:
        self.figures = figures
        self.find = find
        self.used: set[str] = set()

    def read(self, at: At, given: schema.Requirement) -> Requirement:
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
        self._only_its_own(at, given, form)
        makers: Mapping[str, Callable[[], Single]] = {
            "at_least": lambda: self._at_least(at, figure, given),
            "at_most": lambda: AtMost(figure, Decimal(given.at_most or 0)),
            "share_at_least": lambda: self._share(at, figure, given),
            "months_at_least": lambda: MonthsAtLeast(figure, given.months_at_least or 1),
            "months_at_most": lambda: MonthsAtMost(figure, given.months_at_most or 1),
            "age_at_most": lambda: self._age(at, figure, given),
            "one_of": lambda: OneOf(figure, self._words((*at, "one_of"), figure, given.one_of or ())),
            "holds": lambda: Holds(figure),
        }
        return makers[form]()

    def _at_least(self, at: At, figure: Figure, given: schema.Alternative) -> AtLeast | SoManyPer:
        least = self._above_zero(at, "at_least", given.at_least)
        if given.per is None and given.of is None:
            return AtLeast(figure, least)
        other = self._figure(at, "of", given.of, "at_least")
        return SoManyPer(figure, other, least, self._above_zero(at, "per", given.per))

    def _only_its_own(self, at: At, given: schema.Alternative, form: str) -> None:
        for key, only in ONLY_WITH.items():
            if getattr(given, key) is not None and key not in TAKES.get(form, ()):
                self.find((*at, key), f"{key} 只与 {only} 一起写")

    def _age(self, at: At, figure: Figure, given: schema.Alternative) -> AgeAtMost:
        if given.counted is None:
            self.find(at, "年龄要写明怎样计算（counted）：full_years 按周岁，birthday 到生日当天为止")
        years, full_years = given.age_at_most or 0, given.counted == "full_years"
        more = given.more_for
        if more is None:
            return AgeAtMost(figure, years, full_years)
        group = self._figure((*at, "more_for"), "figure", more.figure, "one_of")
        (word,) = self._words((*at, "more_for", "word"), group, [more.word])
        return AgeAtMost(figure, years, full_years, more.years, group, word)

    def _words(self, at: At, figure: Figure, words: Sequence[str]) -> tuple[str, ...]:
        known = dict(figure.options)
        for word in words:
            if figure.type == "choice" and word not in known:
                self.find(at, f"{figure.label}没有选项 {word}；有：{'、'.join(known)}")
        return tuple(words)

    def _share(self, at: At, figure: Figure, given: schema.Alternative) -> ShareAtLeast:
        whole = self._figure(at, "of", given.of, "share_at_least")
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

    def check_figures(self, *, all_used: bool) -> None:
        """`all_used`: a figure that no requirement looks at is a mistake; forms may ask for more than conditions."""
        for name, figure in self.figures.items():
            if figure.type in {"count", "amount", "entries"} and not figure.unit:
                self.find(("figures", name), f"填报项 {name} 没有单位（unit）")
            if figure.type in {"date", "yes", "choice"} and figure.unit:
                self.find(("figures", name, "unit"), f"填报项 {name} 是{TYPE_NAMES[figure.type]}，没有单位")
            if is_money(figure.unit) and figure.type != "amount":
                self.find(("figures", name, "type"), f"填报项 {name} 是金额，类型（type）应为 amount")
            if (figure.type == "choice") != bool(figure.options):
                self.find(("figures", name), f"填报项 {name}：选项（options）只与类型 choice 一起写，choice 必须有选项")
            if all_used and name not in self.used:
                self.find(("figures", name), f"没有条件用到填报项 {name}")
