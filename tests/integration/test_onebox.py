"""Everything in one process, started as its user starts it: it comes up, stops cleanly, and survives what happens to it."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.boxes import MIAOPU, PATIENCE, Process, is_ours, nothing_left, until


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = (tmp_path / "data").resolve()
    with nothing_left(folder):
        yield folder


def test_it_starts_answers_and_stops_without_a_trace_and_starts_again(data: Path) -> None:
    with Process(*MIAOPU, "up", data=data) as box:
        box.wait_started()
        assert box.get("/health/live").status_code == 200
        assert box.get("/health/ready").json() == {"status": "ready", "reasons": []}
        assert "苗圃" in box.get("/login").text
        credentials = data / "credentials.json"
        assert credentials.stat().st_mode & 0o777 == 0o600
        known = json.loads(credentials.read_text())
        assert set(known["users"]) == {"admin", "incubator", "talent", "notify", "outside"}
        assert box.url not in known["url"]
        pid = box.nats_pid
        assert is_ours(pid, data)
        assert box.end(signal.SIGTERM) == 0
        assert not is_ours(pid, data)
        assert "Traceback" not in box.output
        assert "Warning" not in box.output
        assert "已经停止" in box.output
    with Process(*MIAOPU, "up", data=data) as again:
        again.wait_started()
        assert json.loads(credentials.read_text()) == known
        assert again.end(signal.SIGINT) == 0
        assert "Traceback" not in again.output


def test_a_second_start_on_the_same_folder_is_refused_and_says_who_has_it(data: Path) -> None:
    with Process(*MIAOPU, "up", data=data) as box:
        box.wait_started()
        with Process(*MIAOPU, "up", data=data / ".." / "data") as second:
            assert second.popen.wait(PATIENCE) == 1
            second.end()
            assert f"正由进程 {box.popen.pid} 使用" in second.output
            assert "folder-in-use" in second.output
        with Process(*MIAOPU, "migrate", data=data) as migrate:
            assert migrate.popen.wait(PATIENCE) == 1
        assert box.get("/health/ready").status_code == 200
        assert box.end() == 0


def test_killed_with_9_it_goes_on_at_the_next_start_and_ends_what_was_left(data: Path) -> None:
    with Process(*MIAOPU, "up", data=data) as box:
        box.wait_started()
        orphan = box.nats_pid
        box.end(signal.SIGKILL)
    assert is_ours(orphan, data)  # nobody was there to end it
    with Process(*MIAOPU, "up", data=data) as again:
        again.wait_started()
        assert not is_ours(orphan, data)
        assert again.nats_pid != orphan
        assert again.get("/health/ready").status_code == 200
        assert again.end() == 0


def test_a_message_server_that_dies_is_started_again_on_its_port_and_work_goes_on(data: Path) -> None:
    with Process(*MIAOPU, "up", data=data) as box:
        box.wait_started()
        first = box.nats_pid
        os.kill(first, signal.SIGKILL)
        until(lambda: box.nats_pid != first and box.get("/health/ready").status_code == 200, "ready again")
        assert box.end() == 0
        assert "Traceback" not in box.output


def test_a_taken_port_is_told_and_leaves_nothing_behind(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Process(*MIAOPU, "up", data=data, MIAOPU_PORT=str(port)) as box:
            assert box.popen.wait(PATIENCE) == 1
            box.end()
            assert f"{port} 端口" in box.output
            assert "port-taken" in box.output
            assert "Traceback" not in box.output
    assert not (data / "nats" / "server.pid").exists()


def test_wrong_settings_are_told_before_anything_starts(data: Path) -> None:
    with Process(*MIAOPU, "up", data=data, MIAOPU_PORT="many", MIAOPU_PROT="1") as box:
        assert box.popen.wait(PATIENCE) == 1
        box.end()
        assert "MIAOPU_PORT：现为“many”" in box.output
        assert "是不是 MIAOPU_PORT" in box.output
    assert not data.exists()
