"""Wide tables are reached with the keyboard and say whose they are."""

from pathlib import Path

from shared.webkit.scrolling import FRAME, reachable
from shared.webkit.templates import STATIC

PAGE = f"""<h1>年度考评 <span class="tag">公示中</span></h1>{FRAME}<table><caption class="hidden">各区县&amp;市</caption></table></div>
<h2>甲 &lt;乙&gt; "丙"</h2>{FRAME}<table class="list"><thead></thead></table></div>"""


def test_a_frame_is_named_by_the_caption_or_by_the_heading_above_and_stays_what_it_was() -> None:
    page = reachable(PAGE)
    assert page.count('tabindex="0" role="group"') == 2
    assert 'aria-label="各区县&amp;市（表格，可左右滚动）"' in page
    assert 'aria-label="甲 &lt;乙&gt; &#34;丙&#34;（表格，可左右滚动）"' in page
    assert page.count("<caption") == page.count("</caption>") == 1


def test_a_frame_under_no_heading_has_a_name_too() -> None:
    assert 'aria-label="表格（表格' in reachable(FRAME)


def test_templates_write_the_frame_as_it_is_looked_for_and_a_phone_says_that_it_scrolls(root: Path) -> None:
    templates = [each for place in ("services", "shared") for each in (root / place).rglob("templates/*.html")]
    assert len(templates) > 100
    for each in templates:
        text = each.read_text()
        assert text.count(FRAME) == text.count('class="scroll'), each
    assert "左右滑动" in (STATIC / "miaopu.css").read_text().partition("max-width: 700px")[2]
