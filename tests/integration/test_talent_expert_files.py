"""What experts see of the files of an application: all but what is personal; of a blind review only what bears no name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.domain import lifecycles
from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION
from services.talent.store.evidence_tables import EVIDENCE, HAND_IN_FILE
from services.talent.usecases.review_area import AREA
from services.talent.usecases.shown_to_experts import files_shown
from shared.evidence.store import store_of
from shared.programme.load import load_programme
from shared.programme.model import Attachment
from shared.reviewing import drawing, places, register
from tests.integration.award_hands import YOUTH, Hands
from tests.integration.talent_office import YOUNG_STAR
from tests.integration.talent_panel import Panel
from tests.integration.talent_site import TalentSite, talent_site
from tests.unit.evidence.samples import pdf

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def given_to_an_expert(site: TalentSite, programme: str) -> None:
    async with site.office.unit() as unit:
        order = register.RegisterExpert(id="E9", account="expert-1", name="评委", employer="外地大学")
        await register.register_expert(unit, order, AREA)
        await drawing.draw_experts(unit, drawing.DrawExperts(round_id=programme, per_unit=1, most=5), AREA)


async def accepted(site: TalentSite, application_id: str) -> None:
    async with site.office.unit("expert-1") as unit:
        await places.accept_reviews(unit, places.AcceptReviews(subject_ids=[application_id]), AREA)


async def files(site: TalentSite) -> dict[str, str]:
    """The id of a file of each kind of document, its content where it has to be."""
    store = store_of(site.running.settings, "talent")
    query = select(HAND_IN_FILE.c.place, EVIDENCE.evidence.c.id, EVIDENCE.evidence.c.sha256).join(
        EVIDENCE.evidence, EVIDENCE.evidence.c.id == HAND_IN_FILE.c.evidence_id
    )
    async with site.office.engine.connect() as connection:
        found = (await connection.execute(query)).all()
    for row in found:
        store.path_of(row.sha256).parent.mkdir(parents=True, exist_ok=True)
        store.path_of(row.sha256).write_bytes(pdf())
    return {row.place: row.id for row in found}


async def test_who_reviews_with_the_names_open_reads_all_that_is_not_personal(site: TalentSite) -> None:
    id_ = await Hands(site.office).handed_in(programme=YOUTH)
    async with site.office.unit() as unit:
        for state in ("recommended", "accepted"):
            await changes.move(unit, lifecycles.APPLICATION, APPLICATION, id_, state)
    await given_to_an_expert(site, YOUTH)
    found = await files(site)
    shown = next(place for place in found if place != "identity")
    page = f"/talent/reviews/{id_}"
    assert (await site.get(f"{page}/files/{found[shown]}", "expert")).status_code == 404, "not before he accepted"
    await accepted(site, id_)
    assert f'{page}/files/{found[shown]}"' in (await site.get(page, "expert")).text
    assert (await site.get(f"{page}/files/{found[shown]}", "expert")).content == pdf()
    assert found["identity"] not in (await site.get(page, "expert")).text
    assert (await site.get(f"{page}/files/{found['identity']}", "expert")).status_code == 404
    assert (await site.get(f"{page}/files/{found[shown]}")).status_code == 403


async def test_a_blind_review_shows_no_file_but_says_why(site: TalentSite) -> None:
    panel = Panel(site.office)
    await panel.accepted("ann")
    id_ = panel.of["ann"]
    await panel.closed()
    await given_to_an_expert(site, YOUNG_STAR)
    await accepted(site, id_)
    shown = (await site.get(f"/talent/reviews/{id_}", "expert")).text
    assert "盲评不提供附件" in shown
    for file in (await files(site)).values():
        assert file not in shown
        assert (await site.get(f"/talent/reviews/{id_}/files/{file}", "expert")).status_code == 404


def test_a_blind_review_shows_what_the_programme_asks_for_without_names_under_what_it_is() -> None:
    blind = load_programme(YOUNG_STAR)
    abstract = Attachment("abstract", "匿名摘要", required=True, help="", anonymous=True)
    programme = replace(blind, attachments=(*blind.attachments, abstract))
    rows: list[Any] = [
        {"id": place or "other", "place": place, "name": "张三的.pdf", "kind": "pdf", "bytes": 1, "state": "clean"}
        for place in ("identity", "degree", "works", "", "abstract", "abstract")
    ]
    found = files_shown(programme, rows)
    assert [(each["id"], each["name"]) for each in found] == [
        ("abstract", "匿名摘要1.pdf"), ("abstract", "匿名摘要2.pdf"),
    ]  # fmt: skip
    seen = replace(programme, review=blind.review._replace(blind=False))
    assert [each["id"] for each in files_shown(seen, rows)] == ["degree", "works", "abstract", "abstract", "other"]
