"""A call with accepted applications, experts who mark them, and the ranking that comes of it."""

from datetime import UTC, datetime
from typing import Any

from services.talent.store import selections
from services.talent.usecases import calls, formal_check, ranking, recommending, selecting
from services.talent.usecases.review_area import AREA
from shared.reviewing import drawing, marking, places, register
from tests.integration.talent_office import YOUNG_STAR, Office

CRITERIA = {"project": 50, "person": 35, "benefit": 15}


class Panel:
    """A call with accepted applications of these people, and four experts."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.of: dict[str, str] = {}

    async def accepted(self, *names: str, **typed: str) -> None:
        for number, name in enumerate(names, len(self.of) + 1):
            self.of[name] = id_ = await self.office.submitted(name, number, **typed)
            async with self.office.unit("T-01") as unit:
                await recommending.recommend(unit, recommending.Recommend(application_id=id_, opinion="同意"))
            async with self.office.unit() as unit:
                await formal_check.accept(unit, formal_check.Accept(application_id=id_))

    async def experts(self, *names: str) -> None:
        for number, name in enumerate(names, 1):
            async with self.office.unit() as unit:
                order = register.RegisterExpert(
                    id=f"E{number}", account=f"e-{number}", name=name, employer=f"外地大学 {number}",
                    contact_email=f"e-{number}@example.cn",
                )  # fmt: skip
                await register.register_expert(unit, order, AREA)

    async def closed(self) -> None:
        self.office.instant = datetime(2018, 4, 12, 2, 0, tzinfo=UTC)
        async with self.office.unit() as unit:
            await calls.close_call(unit, calls.CloseCall(programme_id=YOUNG_STAR))

    async def drawn(self, per_unit: int = 2) -> list[tuple[str, str]]:
        async with self.office.unit() as unit:
            order = drawing.DrawExperts(round_id=YOUNG_STAR, per_unit=per_unit, most=10, seed="2018")
            return list((await drawing.draw_experts(unit, order, AREA)).added)

    async def marks(self, added: list[tuple[str, str]], share: dict[str, int]) -> None:
        """Every expert gives the application `share` percent of each criterion."""
        of = {id_: name for name, id_ in self.of.items()}
        for application, expert in added:
            given = {
                code: marking.Marked(mark=str(full * share[of[application]] / 100), reason="理由写明了")
                for code, full in CRITERIA.items()
            }
            async with self.office.unit(f"e-{expert.removeprefix('E')}") as unit:
                await places.accept_reviews(unit, places.AcceptReviews(subject_ids=[application]), AREA)
                await marking.mark_unit(unit, marking.MarkUnit(subject_id=application, marks=given), AREA)

    async def ranked(self, share: dict[str, int]) -> None:
        await self.accepted(*share)
        await self.experts("评委甲", "评委乙", "评委丙")
        await self.closed()
        await self.marks(await self.drawn(), share)
        async with self.office.unit() as unit:
            await ranking.rank_call(unit, ranking.RankCall(programme_id=YOUNG_STAR))

    async def number(self, number: int) -> None:
        async with self.office.unit() as unit:
            await calls.change_number(unit, calls.ChangeNumber(programme_id=YOUNG_STAR, number=number, reason="测试"))

    async def publicised(self, **order: Any) -> list[str]:
        async with self.office.unit("head") as unit:
            given = selecting.PubliciseSelection(programme_id=YOUNG_STAR, **order)
            return await selecting.publicise_selection(unit, given)

    async def state(self, name: str) -> str:
        return str((await self.office.row(self.of[name]))["state"])

    async def ranks(self) -> dict[str, tuple[str | None, int | None]]:
        names = {id_: name for name, id_ in self.of.items()}
        async with self.office.engine.connect() as connection:
            rows = await selections.standing(connection, YOUNG_STAR)
        return {names[row["application_id"]]: (row["total"], row["rank"]) for row in rows}
