"""The chain page of this service: see shared.chain."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.stories import STORIES
from services.incubator.web import naming
from services.incubator.web.looks import PAGES, to
from services.incubator.web.timeline import TELLING
from shared.chain import pages
from shared.chain.stories import Story
from shared.chain.timeline import Happening
from shared.ledger.showing import Behind, Subject


async def _carriers(connection: AsyncConnection, story: Story) -> Sequence[Subject]:
    """The carriers whose money it is."""
    found = await naming.carriers_named(connection, story.entries)
    return [Subject(each.name, (), "", to("carriers", id_), each.registered) for id_, each in found.items()]


def _shown_at(happening: Happening) -> Behind | None:
    if not happening.type.startswith("incubator.evaluation."):
        return None
    return Behind("指标得分", to("evaluations", happening.about))


CHAIN = pages.Chain(
    STORIES, TELLING, PAGES, "/incubator", "subsidies", _carriers, _shown_at, (("台账", "/incubator/ledger"),)
)
chain_pages = partial(pages.chain_pages, CHAIN)
