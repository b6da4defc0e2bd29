"""Makes programmes of their file, and finds what could not work: unknown fields, instalments that do not add up."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from shared.checklist.reading import At, RequirementReader, figures_of
from shared.core.exact import EXACT, ZERO
from shared.core.files import DataFileError, Problem, line_of
from shared.evaluation import Scheme
from shared.evaluation import schema as evaluation_schema
from shared.evaluation.build import SchemeBuilder
from shared.programme import schema
from shared.programme.model import (
    Assessment,
    Attachment,
    Call,
    Condition,
    Field,
    Instalment,
    Part,
    Programme,
    Publicity,
    Retention,
    ReviewRules,
    Selection,
)
from shared.programme.money import policy_of

SELECTED = "qualified"
"""The one grade of a review: at or above the least total, and so open to selection."""


class ProgrammeBuilder:
    """Works through one file; `build` raises one DataFileError with everything that is wrong with it."""

    def __init__(
        self,
        given: schema.ProgrammeFile,
        file: Path,
        node: object,
        parts: Mapping[str, schema.Part],
        rates: Mapping[str, schema.ReferenceRate],
    ) -> None:
        self.given, self.file, self.node, self.rates = given, file, node, rates
        self.problems: list[Problem] = []
        chosen = self._parts(parts)
        figures = {
            name: figure
            for part in chosen
            for name, each in part.fields.items()
            if (figure := each.figure()) is not None
        }
        self.figures = figures_of(figures)
        self.requirements = RequirementReader(self.figures, self.find)
        self.parts = chosen

    def find(self, at: At, what: str) -> None:
        self.problems.append(Problem(str(self.file), line_of(self.node, at), what))

    def build(self) -> tuple[Programme, ...]:
        for place, edition in enumerate(self.given.editions):
            self._check(("editions", place), place, edition)
        if self.problems:
            raise DataFileError(sorted(set(self.problems)))
        made = tuple(self._edition(place, edition) for place, edition in enumerate(self.given.editions))
        if self.problems:
            raise DataFileError(sorted(set(self.problems)))
        return made

    def _parts(self, parts: Mapping[str, schema.Part]) -> list[schema.Part]:
        chosen = []
        for place, name in enumerate(self.given.form):
            if name in parts:
                chosen.append(parts[name])
            else:
                self.find(("form", place), f"fields.yaml 没有“{name}”这一部分；有：{'、'.join(parts)}")
        if self.given.fields:
            chosen.append(schema.Part(title="其他", fields=self.given.fields))
        return chosen

    def _form(self, conditions: Sequence[Condition]) -> tuple[Part, ...]:
        """What a year asks: nothing that is there for conditions alone and that none of its conditions looks at."""
        looked_at = {figure.name for condition in conditions for figure in condition.requirement.figures}
        return tuple(Part(part.title, tuple(self._fields(part, looked_at))) for part in self.parts)

    def _fields(self, part: schema.Part, looked_at: Collection[str]) -> Iterator[Field]:
        for name, each in part.fields.items():
            if each.only_for_conditions and name not in looked_at:
                continue
            yield Field(
                name, each.label, each.type, each.unit, dict(each.options), each.help, each.evidence, each.why,
                each.personal, each.required, each.most, self.figures.get(name), each.past,
            )  # fmt: skip

    def _check(self, at: At, place: int, edition: schema.Edition) -> None:
        call = edition.call
        if not edition.id.endswith(f"-{edition.year}"):
            self.find((*at, "id"), f"编号应以年度结尾，例如 {self.given.programme.replace('_', '-')}-{edition.year}")
        if not call.opens <= call.closes <= call.units_until:
            self.find((*at, "call"), "申报开始、申报截止、单位推荐截止应依次不早于前一个")
        if place and (edition.follows != self.given.editions[place - 1].id):
            self.find((*at, "follows"), f"应写明接续的上一份：{self.given.editions[place - 1].id}")
        if place and edition.year <= self.given.editions[place - 1].year:
            self.find((*at, "year"), "各年应从旧到新")
        if "one_per_company" in edition.excludes and "company" not in self.given.form:
            self.find((*at, "excludes"), "一家企业一项，要求申报表有“company”这一部分")
        self._check_money(at, edition)
        self._check_assessments(at, edition)
        for what, codes in (
            ("conditions", [each.id for each in edition.conditions]),
            ("attachments", [each.code for each in edition.attachments]),
        ):
            for number, code in enumerate(codes):
                if code in codes[:number]:
                    self.find((*at, what, number), f"编号 {code} 重复")

    def _check_money(self, at: At, edition: schema.Edition) -> None:
        money = edition.money
        if sum(each is not None for each in (money.fixed, money.up_to, money.interest)) != 1:
            self.find((*at, "money"), "金额应恰好写 fixed、up_to、interest 之一")
        if money.interest is not None and money.interest.reference not in self.rates:
            self.find((*at, "money", "interest", "reference"), f"reference-rates.yaml 没有 {money.interest.reference}")
        if (money.interest is None) != bool(edition.instalments):
            self.find((*at, "instalments"), "资助要写明分期（一次拨付写一期），贴息没有分期")
        total = ZERO
        for each in edition.instalments:
            total = EXACT.add(total, Decimal(each.share))
        if edition.instalments and total != 1:
            self.find((*at, "instalments"), f"各期比例之和为 {total}，应为 1")

    def _check_assessments(self, at: At, edition: schema.Edition) -> None:
        kinds = [each.kind for each in edition.assessments]
        for place, each in enumerate(edition.assessments):
            here = (*at, "assessments", place)
            wanted = "every_months" if each.kind == "yearly" else "after_months"
            if [key for key in ("after_months", "every_months") if getattr(each, key) is not None] != [wanted]:
                self.find(here, f"{each.name}应只写 {wanted}")
            if each.kind in kinds[:place]:
                self.find(here, f"{each.kind} 重复")
        for place, part in enumerate(edition.instalments):
            if part.when != "contract" and part.when not in kinds:
                self.find((*at, "instalments", place, "when"), f"没有写明 {part.when} 的考核（assessments）")

    def _edition(self, place: int, edition: schema.Edition) -> Programme:
        at: At = ("editions", place)
        conditions = tuple(
            Condition(
                each.id, each.says, each.interpretation,
                self.requirements.read((*at, "conditions", number, "requires"), each.requires),
            )
            for number, each in enumerate(edition.conditions)
        )  # fmt: skip
        call, review = edition.call, edition.review
        return Programme(
            id=edition.id,
            line=self.given.programme,
            name=self.given.name,
            applicant=self.given.applicant,
            year=edition.year,
            title=edition.title,
            document=edition.document,
            article=edition.article,
            follows=edition.follows,
            note=edition.note,
            call=Call(call.opens, call.closes, call.units_until, call.cut_off, call.correct_within),
            form=self._form(conditions),
            conditions=conditions,
            excludes=tuple(edition.excludes),
            unit_quota=edition.unit_quota,
            select=Selection(edition.select.number, edition.select.about),
            instalments=tuple(
                Instalment(number, each.when, each.says) for number, each in enumerate(edition.instalments, 1)
            ),
            assessments=tuple(
                Assessment(each.kind, each.name, each.after_months, each.every_months) for each in edition.assessments
            ),
            review=ReviewRules(review.experts, review.blind, review.visit, self._scheme(at, edition)),
            publicity=Publicity(edition.publicity.days, edition.publicity.working),
            attachments=tuple(
                Attachment(each.code, each.label, each.required, each.help, each.personal, each.anonymous)
                for each in edition.attachments
            ),
            retention=Retention(edition.retention.years, edition.retention.declined_years, edition.retention.says),
            interest_years=edition.money.interest.years if edition.money.interest else None,
            policy=policy_of(self.given, edition, self.rates),
        )

    def _scheme(self, at: At, edition: schema.Edition) -> Scheme:
        review = edition.review
        full = ZERO
        for each in review.criteria:
            full = EXACT.add(full, Decimal(each.full))
        given: dict[str, Any] = {
            "id": edition.id,
            "title": f"{edition.title}评审",
            "carrier": self.given.programme,
            "full": f"{full:f}",
            "indicators": [
                {
                    "code": each.code,
                    "label": each.label,
                    "full": each.full,
                    "help": each.help,
                    "score": {"type": "expert"},
                }
                for each in review.criteria
            ],
            "grades": {"lines": {SELECTED: review.least}},
            "experts": {"outlier_over": review.outlier_over},
        }
        builder = SchemeBuilder(evaluation_schema.Scheme.model_validate(given), self.file, self.node, (*at, "review"))
        return builder.scheme()
