"""What pages show: amounts, instants and pictures as people read them, and nothing that was not given."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from jinja2 import UndefinedError

from shared.webkit.app import make_app
from shared.webkit.templates import Pages, day, environment, moment, static, wan, yuan
from tests.asking import anybody, no_accounts, with_every_role


def now() -> datetime:
    return datetime(2018, 12, 20, 1, 30, tzinfo=UTC)


def part(source: str) -> str:
    return environment(None).from_string('{% import "parts.html" as parts %}' + source).render()


def request(app: FastAPI, path: str = "/", query: bytes = b"") -> Request:
    about = {"path": path, "query_string": query, "method": "GET", "state": {"who": with_every_role("office")}}
    return Request({"type": "http", "headers": [], "app": app, **about})


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal(300_000), "300,000.00"), ("864197.57", "864,197.57"), ("-0.1", "-0.10"), (None, "—"), ("0", "0.00")],
)
def test_an_amount_has_two_places_and_what_is_not_known_is_never_zero(amount: str, text: str) -> None:
    assert yuan(amount) == text


def test_instants_and_days_are_those_of_shanghai() -> None:
    assert moment(now()) == "2018-12-20 09:30"
    assert moment(datetime(2018, 12, 31, 16, 0)) == "2019-01-01 00:00"  # noqa: DTZ001 - as SQLite answers, in UTC
    assert (day(date(2018, 12, 20)), day(None), moment(None)) == ("2018-12-20", "—", "—")
    assert (wan("300000"), wan(Decimal("15000.00")), wan(None)) == ("30 万元", "1.5 万元", "—")


def test_a_bar_says_in_words_all_that_it_shows_and_its_parts_fill_it() -> None:
    shown = part(
        '{{ parts.stacked_bar([("优秀", 1, "good"), ("合格", 3, "calm"), ("未填报", 0, "bad")], "众创空间", "家") }}'
    )
    widths = [float(piece.split('"')[0]) for piece in shown.split('width="')[2:] if piece[0].isdigit()]
    assert [width for width in widths if width > 10] == [250.0, 750.0]
    for words in ("众创空间", "4 家", "优秀", "1 家", "未填报", "0 家"):
        assert words in shown
    assert "style=" not in shown


def test_a_bar_of_nothing_and_one_of_amounts_are_shown_too() -> None:
    assert '<rect class="bad" x' not in part('{{ parts.stacked_bar([("无", 0, "bad")]) }}')
    amounts = environment(None).from_string(
        '{% import "parts.html" as parts %}{{ parts.stacked_bar([("已付", a, "good"), ("余额", b, "calm")], unit="元") }}'
    )
    assert 'width="333.33"' in amounts.render(a=Decimal("100.10"), b=Decimal("200.20"))


def test_parts_escape_what_they_are_given() -> None:
    assert "&lt;b&gt;" in part('{{ parts.tag("<b>", "good") }}')
    assert "<b>" not in part(
        '{{ parts.facts([("<b>", "<b>"), ("无", none, "<b>")]) }}{{ parts.empty("<b>") }}{{ parts.source("<b>") }}'
    )


def test_a_page_knows_its_place_its_query_and_the_clock(tmp_path: Path) -> None:
    (tmp_path / "list.html").write_text(
        '{% extends "layout.html" %}{% block title %}台账{% endblock %}'
        "{% block content %}{{ parts.pager(here, 2, 3, 60) }}{{ note }}{% endblock %}",
        encoding="utf-8",
    )
    app = make_app("苗圃", [], now=now, identity=no_accounts(), asks=anybody, demo=True)
    for path in ("/", "/incubator/ledger", "/incubator/rounds"):
        app.add_api_route(path, now)
    pages = Pages(tmp_path)
    asked = request(app, "/incubator/ledger", b"kind=makerspace&page=2&year=")
    shown = bytes(pages.show(asked, "list.html", note="n").body).decode()
    assert 'href="/incubator/ledger" aria-current="page"' in shown
    assert 'href="/incubator/ledger?kind=makerspace&amp;page=1"' in shown
    assert 'href="/incubator/ledger?kind=makerspace&amp;page=3"' in shown
    assert "演示时钟" in shown
    assert "2018-12-20 09:30" in shown
    below = bytes(pages.show(request(app, "/incubator/ledger/S-1"), "list.html", note="n").body).decode()
    assert 'href="/incubator/ledger" aria-current="true"' in below
    with pytest.raises(UndefinedError, match="note"):
        pages.show(asked, "list.html")


def test_the_navigation_holds_only_what_the_site_answers() -> None:
    app = make_app("苗圃", [], now=now, identity=no_accounts(), asks=anybody)
    app.add_api_route("/mails", now)
    app.add_api_route("/{anything}", now, methods=["POST"])
    places = [place.title for group in app.state.site.navigation(with_every_role("office")) for place in group.places]
    assert "收到的邮件" in places
    assert not {"总览", "台账", "信件", "定时任务"} & set(places)
    assert app.state.site.navigation(None) == ()


def test_nothing_is_asked_of_another_site_and_no_style_or_script_stands_in_a_page(root: Path) -> None:
    for path in [*(root / "shared/webkit").rglob("*.html"), *(root / "services").rglob("templates/**/*.html")]:
        text = path.read_text(encoding="utf-8")
        for refused in ("://", " style=", "<style", "<script>", " onclick=", " onload="):
            assert refused not in text, (path.name, refused)
    for name in ("miaopu.css", "miaopu.js"):
        text = (root / "shared/webkit/static" / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert static(name).startswith(f"/static/{name}?v=")
