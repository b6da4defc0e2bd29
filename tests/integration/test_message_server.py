"""A place on a message server: found again after a move of ports, made in a cluster, refused with a reason."""

import asyncio
import json
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.core.errors import DomainError
from shared.messaging import connection
from shared.messaging.connection import connected, set_up
from shared.messaging.processes import command_line, end
from shared.messaging.provision import Durable
from shared.messaging.server import EmbeddedServer, binary
from tests.integration.boxes import nothing_left, until
from tests.servers import NatsServer, free_port

DURABLE = Durable("d", "INCUBATOR", ("incubator.evaluation.finalised.v1",))


def never(error: Exception) -> None:
    raise AssertionError("nobody closes this connection") from error


# ---------- the embedded one ----------


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    with nothing_left(tmp_path):
        made = EmbeddedServer(tmp_path)
        await made.start()
        yield made
        await made.stop()


async def test_port_and_passwords_stay_and_another_port_is_taken_only_if_it_must(server: EmbeddedServer) -> None:
    first = server.url("incubator")
    await server.stop()
    again = EmbeddedServer(server.credentials.parent)
    await again.start()
    assert again.url("incubator") == first
    await again.stop()
    with socket.create_server(("127.0.0.1", server.port)):
        moved = EmbeddedServer(server.credentials.parent)
        await moved.start()
        assert moved.port != server.port
        assert moved.passwords == server.passwords
        assert json.loads(moved.credentials.read_text())["url"].endswith(f":{moved.port}")
        async with connected(moved.url("incubator"), never) as client:
            assert await set_up(client.jetstream(), [DURABLE]) == 1
        await moved.stop()


async def test_what_it_holds_outlives_it(server: EmbeddedServer) -> None:
    async with connected(server.url("incubator"), never) as client:
        await set_up(client.jetstream(), [])
        await client.jetstream().publish("incubator.round.opened.v1", b"{}", timeout=60)
    keeping = asyncio.create_task(server.keep())
    server.kill()
    async with connected(server.url("incubator"), never) as client:
        assert (await client.jetstream().stream_info("INCUBATOR")).state.messages == 1
    keeping.cancel()
    await asyncio.wait([keeping])


async def test_credentials_nobody_can_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text("{")
    with pytest.raises(DomainError, match=r"credentials\.json 已损坏"):
        await EmbeddedServer(tmp_path).start()


async def test_a_server_that_cannot_start_says_where_the_reason_is(tmp_path: Path) -> None:
    (tmp_path / "jetstream").write_text("a file where its folder should be")
    with pytest.raises(DomainError, match=r"没能启动，原因见 .*server\.log") as error:
        await EmbeddedServer(tmp_path).start()
    assert "[FTL]" in error.value.message or "[ERR]" in error.value.message


async def test_only_a_process_of_ours_is_ended_never_one_that_merely_has_its_number() -> None:
    sleeping = subprocess.Popen(["sleep", "600"])  # noqa: ASYNC220 - it does not wait for it
    try:
        until(lambda: command_line(sleeping.pid) != "", "a process that just began has no command line for a moment")
        assert not await end(sleeping.pid, "/nowhere/server.conf", 1)
        assert sleeping.poll() is None
        assert await end(sleeping.pid, "sleep 600", 60)
        assert sleeping.wait(60) == -signal.SIGTERM
    finally:
        sleeping.kill()
        sleeping.wait()
    assert command_line(sleeping.pid) == ""


# ---------- one of the office's ----------


async def test_a_server_that_is_not_there_is_told_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 1.5)
    with pytest.raises(DomainError, match="连不上消息服务器") as error:
        async with connected(f"nats://incubator:hush@127.0.0.1:{free_port()}", never):
            pass
    assert "hush" not in error.value.message
    assert "MIAOPU_NATS_URL" in error.value.message


async def test_a_wrong_password_is_told(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 5)
    with pytest.raises(DomainError, match="Authorization Violation"):
        async with connected(f"nats://incubator:wrong@127.0.0.1:{server.port}", never):
            pass


async def test_a_start_waits_for_a_server_that_comes_later(nats_server: NatsServer) -> None:
    nats_server.stop()

    async def later() -> None:
        await asyncio.sleep(1)
        await asyncio.to_thread(nats_server.start)

    starting = asyncio.create_task(later())
    async with connected(nats_server.url, never) as client:
        assert await set_up(client.jetstream(), [DURABLE]) == 1
    await starting


async def test_whoever_is_thrown_out_is_told(server: EmbeddedServer) -> None:
    lost: list[Exception] = []
    heard = asyncio.Event()

    def hear(error: Exception) -> None:
        lost.append(error)
        heard.set()

    async with connected(server.url("incubator"), hear) as client:
        await client.publish("x" * 5_000, b"")  # longer than the server reads: it closes the connection
        await asyncio.wait_for(heard.wait(), 60)
    assert "closed the connection for good" in str(lost[0])
    assert len(lost) == 1


async def test_without_jetstream_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 1)
    port = free_port()
    plain = subprocess.Popen([binary(), "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)  # noqa: ASYNC220 - likewise
    try:
        monkeypatch.setattr(connection, "PATIENCE_SECONDS", 30)
        async with connected(f"nats://127.0.0.1:{port}", never) as client:
            monkeypatch.setattr(connection, "PATIENCE_SECONDS", 1)
            with pytest.raises(DomainError, match="没有可用的 JetStream"):
                await set_up(client.jetstream(), [])
    finally:
        plain.terminate()
        plain.wait(60)


# ---------- a cluster ----------


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[list[tuple[str, subprocess.Popen[bytes]]]]:
    """Three servers that know one another."""
    ports = [(free_port(), free_port()) for _ in range(3)]
    routes = ",".join(f"nats://127.0.0.1:{route}" for _, route in ports)
    running = [
        (
            f"nats://127.0.0.1:{port}",
            subprocess.Popen(
                [binary(), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(tmp_path / f"n{number}"),
                 "-n", f"n{number}", "--cluster_name", "miaopu", "--cluster", f"nats://127.0.0.1:{route}", "--routes", routes],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ),
        )
        for number, (port, route) in enumerate(ports)
    ]  # fmt: skip
    yield running
    for _, process in running:
        process.kill()
        process.wait(60)


async def test_a_cluster_keeps_three_copies_and_a_start_is_fine_when_one_server_is_down(
    cluster: list[tuple[str, "subprocess.Popen[bytes]"]],
) -> None:
    urls = ",".join(url for url, _ in cluster)
    async with connected(urls, never) as client:
        assert await set_up(client.jetstream(), [DURABLE]) == 3
        assert (await client.jetstream().stream_info("CONTACTS")).config.num_replicas == 3
    cluster[0][1].kill()
    cluster[0][1].wait(60)
    async with connected(urls, never) as client:
        assert await set_up(client.jetstream(), [DURABLE, DURABLE._replace(name="e")]) == 3
