"""Every route of the site and who may use it, in one list that a change has to touch: `routes.txt` beside this test.

`python -m tests.architecture.test_routes` writes it anew.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from fastapi import FastAPI

from services.demo.clock_page import clock_page
from services.known import SERVICES
from services.onebox.mail_pages import mail_pages
from services.onebox.mails import Mailbox
from shared.core.clock import system_now
from shared.core.settings import Settings
from shared.identity.opening import Identity
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import OF_THE_LIBRARY, check_rules, rules
from shared.webkit.app import make_app
from shared.webkit.guards import SAFE
from tests.asking import no_accounts

LIST = Path(__file__).parent / "routes.txt"


def site(folder: Path) -> FastAPI:
    """All routes there can be: every service, the demo's, the caught mails, a provider to log in at."""
    settings = Settings(data=folder, openid_url="http://127.0.0.1:1", openid_client="c", openid_secret="s")  # noqa: S106 - none
    nobody = no_accounts()
    identity = Identity(nobody.engine, settings, nobody.secret)
    runnings = [
        cast("Running", SimpleNamespace(service=each, settings=settings, hearings=(), now=system_now))
        for each in SERVICES
    ]
    app = make_app("苗圃", runnings, now=system_now, identity=identity, demo=True)
    app.include_router(clock_page(cast("Any", None), runnings))
    app.include_router(mail_pages(Mailbox(folder), demo=False))
    return app


def listed(app: FastAPI) -> list[str]:
    return sorted(
        f"{path} {method} {'' if rule is None else rule.says}".strip()
        for method, path, rule in rules(app)
        if path not in OF_THE_LIBRARY
    )


def test_every_route_says_who_may_use_it_as_the_list_has_it(tmp_path: Path) -> None:
    app = site(tmp_path)
    check_rules(app)
    assert listed(app) == LIST.read_text(encoding="utf-8").splitlines()


def test_the_auditor_reads_everything_and_changes_nothing(tmp_path: Path) -> None:
    personal = (
        "/login",
        "/logout",
        "/account",
        "/openid",
        "/incubator/mine",
        "/notify/mine",
        "/talent/mine",
        "/talent/unit/",
    )
    looks = (
        "/audit/verify",
        "/incubator/api/verify-draw",
        "/incubator/api/list-",
        "/incubator/api/what-if",
        "/talent/api/verify-draw",
        "/talent/api/list-",
    )  # a question that is asked by POST
    forms = ("/incubator/objections/new", "/talent/objections/new")  # empty ones
    acts = (*forms, "/incubator/reviews", "/talent/reviews")  # and an expert's own
    for method, path, rule in rules(site(tmp_path)):
        if rule is None or rule.anybody or path == "/talent/unit" or path.startswith(personal):
            continue
        if method in SAFE and not path.startswith(acts):
            assert Role.AUDITOR in rule.allowed or rule.allowed == {Role.ADMINISTRATOR}, path
        elif method not in SAFE and not path.startswith(looks):
            assert Role.AUDITOR not in rule.allowed, path


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        LIST.write_text("\n".join(listed(site(Path(folder)))) + "\n", encoding="utf-8")
