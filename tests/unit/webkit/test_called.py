"""What accounts are called: by whoever looks, never an id where a name is known."""

from collections.abc import Iterator

import pytest

from services.talent.web.looks import PAGES
from services.talent.web.matters import MATTERS
from shared.webkit.called import NAMES, call_also, called


@pytest.fixture(autouse=True)
def names() -> Iterator[None]:
    token = NAMES.set({"clerk": "张经办（clerk）"})
    yield
    NAMES.reset(token)


def test_who_is_of_a_matter_is_called_by_name_and_nobody_else_changes_his() -> None:
    call_also({"lin.xz": "林晓舟", "clerk": "别人", "": "无名", "gone": ""})
    assert [called(each) for each in ("lin.xz", "clerk", "gone", "schedule")] == [
        "林晓舟", "张经办（clerk）", "gone", "定时任务"
    ]  # fmt: skip


def test_the_desk_says_who_proposed_by_name() -> None:
    row = {"id": "2019", "said": "clerk"}
    assert MATTERS["approve"].says(row) == "2019 年预算，由 张经办（clerk） 提出"  # type: ignore[arg-type]  # read as a row


def test_a_signature_on_paper_names_who_signed_where_that_is_known() -> None:
    signed = PAGES.environment.from_string('{% from "award_parts.html" import by %}{{ by("clerk") }}|{{ by("T-01") }}')
    assert signed.render() == "（张经办（clerk））|"
