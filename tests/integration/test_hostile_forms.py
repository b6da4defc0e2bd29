"""Every form of the site against hostile input: an answer below 500 with a word in Chinese, no markup, nothing half
written. The forms are read off the pages themselves, so a new one is tried as soon as a page shows it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration import whole_city, whole_talent
from tests.integration.conftest import empty_databases
from tests.integration.hostile_site import DATABASES, Dealt, Site, everything_is_sent
from tests.integration.whole_city import browser

CITIES: Mapping[str, tuple[Callable[..., AbstractAsyncContextManager[Any]], tuple[str, ...]]] = {
    "incubator": (whole_city.whole_city, whole_city.FILES),
    "talent": (whole_talent.whole_talent, whole_talent.FILES),
}


@pytest.fixture(params=[f"{city}-{database}" for city in CITIES for database in DATABASES])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    name, database = request.param.split("-")
    whole, databases = CITIES[name]
    async with AsyncExitStack() as stack:
        urls = None
        if database == "postgresql":
            server = request.getfixturevalue("postgres_url")
            urls = await stack.enter_async_context(empty_databases(server, *databases))
        city = await stack.enter_async_context(whole(tmp_path, urls))
        made = Site(city, await stack.enter_async_context(browser(city)), Dealt(database))
        await made.look_around()
        yield made


async def test_every_form_takes_whatever_it_is_sent(site: Site) -> None:
    await everything_is_sent(site)
