"""Makes conditions of their file, and finds what could not work: unknown figures, mixed forms, dates that overlap."""

from pathlib import Path

from shared.accreditation import schema
from shared.accreditation.conditions import Condition, Conditions, InForce
from shared.checklist.reading import At, RequirementReader, figures_of
from shared.core.files import DataFileError, Problem, line_of


class ConditionsBuilder:
    """Works through one file; `build` raises one DataFileError with everything that is wrong with it."""

    def __init__(self, given: schema.KindFile, file: Path, node: object) -> None:
        self.given = given
        self.file = file
        self.node = node
        self.problems: list[Problem] = []
        self.requirements = RequirementReader(figures_of(given.figures), self.find)

    def find(self, at: At, what: str) -> None:
        self.problems.append(Problem(str(self.file), line_of(self.node, at), what))

    def build(self) -> tuple[Conditions, ...]:
        titles = tuple(self._title(place, title) for place, title in enumerate(self.given.titles))
        self.requirements.check_figures(all_used=True)
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
            requirement=self.requirements.read((*at, "requires"), given.requires),
        )

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
