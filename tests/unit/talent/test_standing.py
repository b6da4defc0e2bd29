"""Where an application stands: its way with the days of each stage, what comes next, by whom and by when."""

from datetime import UTC, date, datetime

import pytest

from services.talent.domain.lifecycles import APPLICATION
from services.talent.domain.standing import ENDED, WAY, Days, Moved, Next, next_step, way

DAYS = Days(date(2018, 3, 30), date(2018, 4, 10), date(2018, 4, 17), date(2018, 6, 1))


def moved(after: str, day: int, why: str = "") -> Moved:
    return Moved(after, datetime(2018, 3, day, tzinfo=UTC), why)


@pytest.mark.parametrize(
    ("state", "whose", "until"),
    [
        ("draft", "申报人", date(2018, 3, 30)),
        ("submitted", "推荐单位", date(2018, 4, 10)),
        ("recommended", "项目办公室", None),
        ("returned", "申报人", date(2018, 4, 17)),
        ("publicised", "项目办公室", date(2018, 6, 1)),
    ],
)
def test_each_state_says_who_is_to_do_what_comes_next_and_until_when(state: str, whose: str, until: date) -> None:
    found = next_step(state, DAYS, date(2018, 3, 30))
    assert isinstance(found, Next)
    assert (found.whose, found.until) == (whose, until)


def test_who_is_not_on_the_public_list_is_told_so_and_when_publicity_ends() -> None:
    listed = DAYS._replace(public_from=date(2018, 5, 28))
    assert next_step("accepted", listed, date(2018, 5, 27)) == next_step("accepted", DAYS, date(2018, 6, 1))
    found = next_step("accepted", listed, date(2018, 5, 28))
    assert isinstance(found, Next)
    assert found.what == "公示名单中没有这份申报；公示期满后通知最终结果"
    assert (found.whose, found.until) == ("项目办公室", date(2018, 6, 1))


def test_nothing_comes_after_the_end_nor_of_a_draft_whose_call_has_closed() -> None:
    assert next_step("draft", DAYS, date(2018, 3, 31)) is None
    assert {state: next_step(state, DAYS, date(2018, 3, 1)) for state in ENDED} == dict.fromkeys(ENDED)


def test_every_state_is_on_the_way_or_an_end_or_the_applicants_own() -> None:
    assert set(APPLICATION.states) == {*WAY, *ENDED, "draft", "returned"}


def test_the_way_shows_what_was_reached_and_what_lies_ahead() -> None:
    moves = [moved("draft", 1), moved("submitted", 2), moved("recommended", 5)]
    assert [(each.title, each.at is not None) for each in way("recommended", moves)] == [
        ("提交申报", True), ("单位推荐", True), ("形式审查，受理", False), ("专家评审，公示", False), ("确定入选", False),
    ]  # fmt: skip
    assert not any(each.at for each in way("draft", [moved("draft", 1)]))


def test_what_was_returned_begins_anew_with_its_next_hand_in() -> None:
    moves = [moved("submitted", 2), moved("recommended", 5), moved("returned", 7)]
    back = way("returned", moves)
    assert [each.title for each in back if each.at] == ["提交申报", "单位推荐", "退回修改"]
    again = way("submitted", [*moves, moved("submitted", 9)])
    assert [(each.title, each.at) for each in again if each.at] == [("提交申报", datetime(2018, 3, 9, tzinfo=UTC))]
    assert again[0].says == "曾于 2018-03-07 退回修改"


def test_what_has_ended_stands_where_it_stopped_and_says_why() -> None:
    ended = way("declined", [moved("submitted", 2), moved("declined", 6, "材料不实")])
    assert [each.title for each in ended] == ["提交申报", "未入选"]
    assert ended[-1].says == "材料不实"
    assert [each.title for each in way("withdrawn", [moved("draft", 1), moved("withdrawn", 2)])] == ["已撤回"]
