"""The client of clamd against something that speaks its protocol: a verdict, or a reason why there is none."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.core.addresses import clamd as checked
from shared.evidence.clamd import PIECE, Clamd, NoVerdict, Patience, Verdict
from tests.integration.fake_clamd import DEAF, DROP, EICAR, LIMIT, MUMBLE, SIGNATURE, STALL, FakeClamd, fake_clamd
from tests.servers import free_port

SHORT = Patience(connection=30, piece=0.2, answer=0.2)


@pytest.fixture(params=["tcp", "unix"])
async def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FakeClamd]:
    async with fake_clamd(tmp_path / "clamd.ctl" if request.param == "unix" else None) as clamd:
        yield clamd


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"x" * (3 * PIECE + 1))
    return path


async def test_a_file_is_sent_whole_and_the_verdict_read(scanner: FakeClamd, file: Path, tmp_path: Path) -> None:
    clamd = Clamd(checked(scanner.url))
    assert await clamd.scan(file) == Verdict(None)
    bad = tmp_path / "bad"
    bad.write_bytes(b"y" * PIECE + EICAR)
    assert await clamd.scan(bad) == Verdict(SIGNATURE)
    assert scanner.scanned == [hashlib.sha256(path.read_bytes()).hexdigest() for path in (file, bad)]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (STALL, "没有在限定时间内答复"),
        (DROP, "连不上，或中断了连接|没有在限定时间内答复"),
        (LIMIT, "size limit exceeded|中断了连接"),  # the end of the connection may overtake the words
        (MUMBLE, "答复是“what\\?”"),
    ],
)
async def test_a_scanner_that_gives_no_verdict_is_told(scanner: FakeClamd, file: Path, mode: str, words: str) -> None:
    scanner.mode = mode
    with pytest.raises(NoVerdict, match=words):
        await Clamd(scanner.url, SHORT if mode == STALL else None).scan(file)


async def test_a_scanner_that_takes_nothing_is_given_up(scanner: FakeClamd, tmp_path: Path) -> None:
    scanner.mode = DEAF
    large = tmp_path / "large"
    large.write_bytes(bytes(40 * 1024 * 1024))  # more than the system keeps for a reader
    with pytest.raises(NoVerdict, match="没有在限定时间内答复"):
        await Clamd(scanner.url, Patience(connection=30, piece=0.2, answer=600)).scan(large)


async def test_a_scanner_that_is_not_there_is_told(file: Path, tmp_path: Path) -> None:
    for url in (f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path}/none.ctl"):
        with pytest.raises(NoVerdict, match="查毒服务连不上"):
            await Clamd(url).scan(file)


async def test_a_file_that_is_not_there_is_not_the_scanners_fault(scanner: FakeClamd, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await Clamd(scanner.url).scan(tmp_path / "none")
    assert scanner.scanned == []
