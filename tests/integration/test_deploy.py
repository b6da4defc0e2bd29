"""What is handed to an operator: the files say what the program does, and work on real servers."""

import asyncio
import json
import os
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import pytest
from ruamel.yaml import YAML
from sqlalchemy import URL, make_url, text

from services.known import SERVICES
from services.notify.consumers.contacts import talent_contacts
from services.notify.consumers.talent import talent_letters
from services.onebox.mail_pages import body
from services.onebox.mails import Mailbox, catching, parsed
from shared.contracts.contact import IncubatorContactChanged, TalentContactChanged
from shared.contracts.envelope import Envelope, body_of, headers_of, read
from shared.contracts.event import Event
from shared.contracts.incubator import EvaluationFinalised
from shared.contracts.talent import TalentMemberInvited
from shared.core.clock import system_now
from shared.core.settings import Settings, read_settings
from shared.db.engine import open_database
from shared.messaging.accounts import ADMIN, rights
from shared.messaging.broker import connect
from shared.messaging.provision import provision
from shared.messaging.server import binary
from tests.integration.boxes import MIAOPU, PATIENCE, Process, until
from tests.servers import NatsServer, free_port

NATS = [f"NATS_{user.upper()}_PASSWORD" for user in (ADMIN, *rights())]
PASSWORDS = {name: f"p{number}{uuid4().hex}" for number, name in enumerate(NATS)}
_USER = re.compile(
    r"\{user: (\w+), password: \$(\w+)(?:, permissions: \{\s*publish: (\[[^\]]*\])\s*subscribe: (\[[^\]]*\])\s*\}\})?"
)


@pytest.fixture
def deploy(root: Path) -> Path:
    return root / "deploy"


def assignments(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# ---------- files ----------


def test_the_example_of_an_environment_names_every_setting_with_its_default(deploy: Path) -> None:
    given = assignments(deploy / "env.example")
    assert set(given) == {f"MIAOPU_{name.upper()}" for name in Settings.model_fields}
    assert read_settings(given) == Settings()


def test_every_variable_the_composition_needs_is_in_the_example_of_passwords(deploy: Path) -> None:
    used = set(re.findall(r"\$\{(\w+)", (deploy / "compose.yaml").read_text(encoding="utf-8")))
    assert used == set(assignments(deploy / "passwords.example"))
    in_roles = set(re.findall(r"\$(DATABASE_\w+)", (deploy / "roles.sh").read_text(encoding="utf-8")))
    in_nats = set(re.findall(r"\$(NATS_\w+PASSWORD)", (deploy / "nats.conf").read_text(encoding="utf-8")))
    assert in_roles | in_nats <= used
    assert in_nats == set(NATS)


def test_the_composition_runs_every_service_with_settings_that_are_right(deploy: Path) -> None:
    composed: dict[str, Any] = YAML(typ="safe").load(deploy / "compose.yaml")
    words = dict.fromkeys(assignments(deploy / "passwords.example"), "px") | {
        "SMTP_URL": "smtp://mail.example", "MAIL_FROM": "", "SITE_URL": "https://miaopu.example",
        "SITE_SECRET": "s" * 40,
    }  # fmt: skip
    for service in SERVICES:
        for name, command in ((service.name, "serve"), (f"migrate-{service.name}", "migrate")):
            made = composed["services"][name]
            assert made["command"] == [command, service.name]
            given = {
                key: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: words[found[1]], value)
                for key, value in made["environment"].items()
            }
            settings = read_settings(given)
            assert make_url(str(settings.database_url)).username == service.name
            if command == "serve":
                assert str(settings.nats_url).startswith(f"nats://{service.name}:px@nats:4222")
    opened = [port for each in composed["services"].values() for port in each.get("ports", ())]
    assert opened
    assert all(port.startswith("127.0.0.1:") for port in opened)  # until there are accounts


def test_every_runbook_speaks_of_commands_and_variables_there_are(deploy: Path) -> None:
    from services.cli.root import COMMANDS  # noqa: PLC0415 - as the script does, after the words are found

    known = {f"MIAOPU_{name.upper()}" for name in Settings.model_fields}
    books = sorted((deploy / "runbooks").glob("*.md"))
    assert {book.stem for book in books} >= {
        "start", "backup-and-restore", "parked-events", "mail-outage", "upgrading", "moving-to-postgresql",
    }  # fmt: skip
    for book in books:
        said = book.read_text(encoding="utf-8")
        assert set(re.findall(r"MIAOPU_[A-Z_]+", said)) <= known, book.name
        for command in re.findall(r"\bmiaopu ([a-z][a-z-]*)", said):
            assert command in COMMANDS, f"{book.name}: miaopu {command}"


# ---------- the message server ----------


def test_the_message_server_grants_what_the_program_declares(deploy: Path) -> None:
    found = _USER.findall((deploy / "nats.conf").read_text(encoding="utf-8"))
    assert {user for user, *_ in found} == {ADMIN, *rights()}
    for user, password, publish, subscribe in found:
        assert password == f"NATS_{user.upper()}_PASSWORD"
        if user != ADMIN:
            declared = rights()[user]
            assert set(json.loads(publish)) == set(declared.publish), user
            assert set(json.loads(subscribe)) == set(declared.subscribe), user


class Deployed(NatsServer):
    """A nats-server with the operator's own file; only its port and its store are the test's."""

    def __init__(self, folder: Path, conf: Path) -> None:
        super().__init__(folder)
        self.conf = conf

    def start(self) -> None:
        self.process = subprocess.Popen(
            [binary(), "-c", str(self.conf), "-a", "127.0.0.1", "-p", str(self.port), "-m", str(free_port())],
            env={**os.environ, **PASSWORDS, "NATS_NAME": "nats-1", "NATS_STORE": str(self.folder)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: self.process is None or self.process.poll() is not None or self._answers(), "listening")
        assert self.process.poll() is None, "nats-server refuses the operator's file"

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def url_of(self, user: str) -> str:
        return self.url.replace("://", f"://{user}:{PASSWORDS[f'NATS_{user.upper()}_PASSWORD']}@")


@pytest.fixture
def deployed(deploy: Path, tmp_path: Path) -> Iterator[Deployed]:
    server = Deployed(tmp_path / "jetstream", deploy / "nats.conf")
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("user", "may", "may_not"),
    [
        ("incubator", "incubator.x", "notify.x"),
        ("notify", "notify.x", "contact.incubator.changed.v1.x"),
        ("talent", "contact.talent.changed.v1.x", "incubator.x"),
        ("outside", "incubator.evaluation.finalised.v1", "incubator.subsidy.paid.v1"),
        ("admin", "incubator.x", None),
    ],
)
async def test_the_message_server_starts_and_keeps_everybody_to_his_prefix(
    deployed: Deployed, user: str, may: str, may_not: str | None
) -> None:
    refused: list[str] = []

    async def told(error: Exception) -> None:
        refused.append(str(error))

    client = await nats.connect(
        deployed.url_of(user), error_cb=told, max_reconnect_attempts=-1, reconnect_time_wait=0.1
    )
    try:
        await client.publish(may, b"")
        if may_not is None:
            seen = await client.subscribe(may)
            await client.publish(may, b"")
            await seen.next_msg(60)
            assert refused == []
        else:
            await client.publish(may_not, b"")
            await asyncio.to_thread(until, lambda: refused != [], f"refusing {may_not}")
            assert [may_not in error for error in refused] == [True]
    finally:
        await client.close()


async def test_notify_hears_talent_and_its_contacts_with_its_own_rights_and_tells_neither(deployed: Deployed) -> None:
    refused: list[str] = []

    async def told(error: Exception) -> None:
        refused.append(str(error))

    notify, talent = [await connect(deployed.url_of(user), told) for user in ("notify", "talent")]
    try:
        await provision(notify.jetstream(), [each.provisioned() for each in (talent_letters, talent_contacts)])
        events: list[Event] = [
            each.model_validate(each.example) for each in (TalentMemberInvited, TalentContactChanged)
        ]
        for hears, event in zip((talent_letters, talent_contacts), events, strict=True):
            headers = headers_of(event, Envelope(event.type_, "/talent", system_now(), event.about()))
            await talent.jetstream().publish(event.subject(), body_of(event), headers=headers, timeout=60)
            hearing = await notify.jetstream().pull_subscribe_bind(hears.durable, hears.provisioned().stream)
            (heard,) = await hearing.fetch(1, timeout=60)
            assert read(heard.headers, heard.data)[0] == event
        assert refused == []
        for event in events:
            await notify.publish(event.subject(), b"")
        await asyncio.to_thread(until, lambda: len(refused) == 2, "refusing what is talent's to tell")
    finally:
        await notify.close()
        await talent.close()


# ---------- separate processes, each with its own rights ----------


@pytest.fixture
async def roles(deploy: Path, postgres_url: str) -> AsyncIterator[URL]:
    """A database as roles.sh makes it; the roles are the cluster's, so they are dropped with it."""
    name = f"t_{uuid4().hex}"
    sql = (deploy / "roles.sh").read_text(encoding="utf-8").split("<<'SQL'\n")[1].split("SQL\n")[0]
    sql = re.sub(r":'(\w+)'", r"'\1'", sql)
    url = make_url(postgres_url)
    admin, made = open_database(url), open_database(url.set(database=name))
    try:
        async with admin.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text(f"create database {name}"))
        async with made.begin() as connection:
            for statement in sql.strip().split(";\n"):
                await connection.exec_driver_sql(statement.rstrip(";\n"))
        yield url.set(database=name)
    finally:
        await made.dispose()
        async with admin.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text(f"drop database if exists {name} with (force)"))
            await alone.execute(text("drop role if exists incubator, talent, notify, identity"))
        await admin.dispose()


async def test_services_run_as_separate_processes_and_a_grade_becomes_a_letter(
    deployed: Deployed, roles: URL, tmp_path: Path
) -> None:
    mailbox = Mailbox(tmp_path / "mails")

    def process(service: str, command: str, smtp_url: str = "") -> Process:
        url = roles.set(drivername="postgresql", username=service).render_as_string(hide_password=False)
        environment = {
            "MIAOPU_DATABASE_URL": url, "MIAOPU_NATS_URL": "" if service == "identity" else deployed.url_of(service), "MIAOPU_SMTP_URL": smtp_url,
            "MIAOPU_BASE_URL": "https://miaopu.example", "MIAOPU_SECRET": "s" * 40,
        }  # fmt: skip
        return Process(*MIAOPU, command, service, data=tmp_path / service, **environment)

    with process("incubator", "serve") as early:  # not before its tables are there
        assert early.popen.wait(PATIENCE) == 1
        early.end()
        assert "miaopu migrate incubator" in early.output
        assert "Traceback" not in early.output
    for service in ("incubator", "talent", "notify", "identity"):
        with process(service, "migrate") as migrating:
            assert migrating.popen.wait(PATIENCE) == 0, migrating.end() or migrating.output
    async with catching(mailbox) as smtp_url:
        with process("incubator", "serve") as incubator, process("notify", "serve", smtp_url) as notify:
            for each in (incubator, notify):
                each.wait_started()
                assert each.get("/health/ready").json() == {"status": "ready", "reasons": []}
                assert each.get("/login").status_code == 200
            contact = {**IncubatorContactChanged.example, "recipient_id": "U-Z12", "org_id": "U-Z12"}
            grade = EvaluationFinalised.example
            contact["recipient_id"] = contact["org_id"] = grade["carrier"]["org_id"]
            await tell(deployed, IncubatorContactChanged.model_validate(contact), "c1")
            await tell(deployed, EvaluationFinalised.model_validate(grade), "e1")
            await _caught(mailbox)
            for each in (incubator, notify):
                assert each.end() == 0
                assert "Traceback" not in each.output
    mail = mailbox.read(1) or b""
    assert contact["email"].encode() in mail
    assert "https://miaopu.example " in str(body(parsed(mail), "plain"))


async def tell(deployed: Deployed, event: Event, id_: str) -> None:
    client = await nats.connect(deployed.url_of("outside"))
    headers = headers_of(event, Envelope(id_, "/outside", system_now(), event.about()))
    await client.jetstream().publish(event.subject(), body_of(event), headers=headers, timeout=60)
    await client.close()


async def _caught(mailbox: Mailbox) -> None:
    async with asyncio.timeout(PATIENCE):
        while not mailbox.last:  # noqa: ASYNC110 - what comes, comes from another process
            await asyncio.sleep(0.05)
