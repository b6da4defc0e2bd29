"""Pictures: in proportion, in words as well, and with nothing in them that a browser would take for markup."""

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from shared.webkit.pictures import WIDTH, Bar, Column, Cut, Part, bars, columns, stacked

HOSTILE = "<script>\"&'</script>"


def rects(picture: str, tone: str) -> list[float]:
    return [float(width) for width in re.findall(rf'<rect class="{tone}"[^>]* width="([\d.]+)"', picture)]


def test_bars_are_in_proportion_to_the_largest() -> None:
    picture = bars("补助", [Bar("甲", 200, "200 万元"), Bar("乙", 50, "50 万元", tone="wait")])
    assert rects(picture, "good") == [WIDTH]
    assert rects(picture, "wait") == [WIDTH / 4]
    assert "200 万元" in picture


def test_a_bar_that_is_part_of_a_full_one_shows_how_much_is_left() -> None:
    picture = bars("得分", [Bar("导师", 3, "3 / 6", of=6), Bar("活动", 12, "12 / 12", of=12)])
    assert rects(picture, "rest") == [WIDTH / 2, WIDTH]
    assert rects(picture, "good") == [WIDTH / 4, WIDTH]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6))
def test_the_parts_of_a_bar_fill_it_exactly(numbers: list[int]) -> None:
    picture = stacked("进度", [Part("部分", "good")] * len(numbers), [("全市", numbers, "合计")])
    total = sum(rects(picture.partition('<ul class="legend">')[0], "good"))
    assert abs(total - (WIDTH if any(numbers) else 0)) < 0.1


def test_cut_lines_stand_after_as_many_columns_as_they_say() -> None:
    picture = columns("排名", [Column(str(n), 10 - n, "") for n in range(4)], [Cut(1, "优秀"), Cut(3, "良好")])
    assert re.findall(r'<line class="cut" x1="([\d.]+)"', picture) == ["250.0", "750.0"]


def test_one_column_alone_is_a_column_and_no_wall() -> None:
    (width,) = rects(columns("得分", [Column("甲", 90, "90.00", "good")]), "good")
    assert float(width) <= 250


def test_whatever_a_name_holds_a_picture_stays_markup_a_browser_reads() -> None:
    rows = [Column(HOSTILE, Fraction(1, 3), HOSTILE)]
    for picture in (
        bars(HOSTILE, [Bar(HOSTILE, 1, HOSTILE)], says=HOSTILE),
        stacked(HOSTILE, [Part(HOSTILE, "good")], [(HOSTILE, [1], HOSTILE)], says=HOSTILE),
        columns(HOSTILE, rows, [Cut(1, HOSTILE)], says=HOSTILE, legend=[Part(HOSTILE, "good")]),
    ):
        assert "<script" not in picture
        assert "style=" not in picture
        words = "".join(ET.fromstring(f"<div>{picture}</div>").itertext())  # noqa: S314 - our own
        assert HOSTILE in words


def test_nothing_to_show_is_a_picture_of_nothing() -> None:
    assert rects(bars("无", [Bar("甲", 0, "0")]), "good") == []
    assert "<svg" in columns("无", [])
