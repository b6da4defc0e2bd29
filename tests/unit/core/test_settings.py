"""Settings: everything wrong is told at once, by name, with what to do; nothing is read from anywhere else."""

import re
from pathlib import Path

import pytest

from shared.core.addresses import without_password
from shared.core.errors import DomainError
from shared.core.settings import Settings, read_settings


def told(**environ: str) -> list[str]:
    """The lines about what is wrong."""
    with pytest.raises(DomainError) as error:
        read_settings({f"MIAOPU_{name.upper()}": value for name, value in environ.items()})
    assert error.value.code == "invalid-settings"
    first, *lines = error.value.message.strip().split("\n")
    assert first == f"环境变量有 {len(lines)} 处需要改正："
    return [line.strip() for line in lines]


def test_an_empty_environment_is_one_machine_with_everything_embedded() -> None:
    settings = read_settings({"HOME": "/root", "OTHER": "x"})
    assert settings == Settings()
    assert (settings.nats_url, settings.database_url, settings.smtp_url, settings.secret) == (None, None, None, None)
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 8000, Path("var"))


def test_an_empty_value_counts_as_unset() -> None:
    assert read_settings({"MIAOPU_SMTP_URL": "", "MIAOPU_PORT": " "}) == Settings()


def test_what_is_given_is_read() -> None:
    environ = {
        "MIAOPU_NATS_URL": "nats://incubator:p%40ss@a:4222,nats://incubator:p%40ss@b:4222",
        "MIAOPU_DATABASE_URL": "postgresql://miaopu:x@db.example:5433/miaopu?sslmode=require",
        "MIAOPU_SMTP_URL": "smtps://user:x@mail.example:465",
        "MIAOPU_CLAMD_URL": "unix:///run/clamav/clamd.ctl",
        "MIAOPU_BASE_URL": "https://miaopu.example/",
        "MIAOPU_PORT": "0",
        "MIAOPU_SMTP_PER_MINUTE": "30",
        "MIAOPU_SECRET": "s" * 32,
    }
    settings = read_settings(environ)
    assert settings.base_url == "https://miaopu.example"  # so that a path can follow
    assert (settings.port, settings.smtp_per_minute) == (0, 30)
    assert settings.nats_url == environ["MIAOPU_NATS_URL"]
    assert settings.clamd_url == environ["MIAOPU_CLAMD_URL"]
    assert read_settings({"MIAOPU_CLAMD_URL": "tcp://[::1]:3310"}).clamd_url == "tcp://[::1]:3310"
    assert "base_url" in settings.model_fields_set
    assert "host" not in settings.model_fields_set


def test_everything_wrong_is_told_at_once_and_by_name() -> None:
    lines = told(port="many", data="/etc/passwd/data", base_url="miaopu", secret="short", prot="1")  # noqa: S106 - a wrong one
    assert [line.partition("：")[0] for line in lines] == [
        "MIAOPU_PROT", "MIAOPU_DATA", "MIAOPU_BASE_URL", "MIAOPU_PORT", "MIAOPU_SECRET",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "meant"),
    [("MIAOPU_PROT", "MIAOPU_PORT"), ("MIAOPU_DATABASEURL", "MIAOPU_DATABASE_URL"), ("miaopu_data", "MIAOPU_DATA"),
     ("MIAOPU_SMTP", "MIAOPU_SMTP_URL")],
)  # fmt: skip
def test_an_unknown_name_is_an_error_with_the_nearest_one_there_is(name: str, meant: str) -> None:
    with pytest.raises(DomainError, match=rf"{name}：没有这个变量；是不是 {meant}？"):
        read_settings({name: "1"})


def test_a_name_far_from_all_is_told_with_all_there_are() -> None:
    (line,) = told(zzzzzzzz="1")
    assert all(f"MIAOPU_{name.upper()}" in line for name in Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("nats_url", "http://host:4222", "nats://用户:密码@主机:4222"),
        ("nats_url", "nats://", "没有写主机"),
        ("nats_url", "nats://host:99999", "不是有效的地址"),
        ("nats_url", "nats://user@host:4222", "用户和密码要一起写"),
        ("nats_url", "nats://a:x@one,nats://b:x@two", "同一个用户和密码"),
        ("nats_url", "nats://host/path", "主机之后不要再写别的"),
        ("database_url", "sqlite:///x.db", "不设这个变量"),
        ("database_url", "mysql://host/db", "不支持这种数据库"),
        ("database_url", "postgresql://host", "没有写数据库的名称"),
        ("database_url", "postgresql:///db", "没有写主机"),
        ("database_url", "postgresql://host/db?pool=9", "不认识选项 pool"),
        ("smtp_url", "mail.example:25", "应为 smtp://"),
        ("smtp_url", "smtp://user@mail.example", "用户和密码要一起写"),
        ("smtp_url", "smtp://mail.example:0", "端口不能是 0"),
        ("clamd_url", "clamd.example:3310", "应为 tcp://主机:3310"),
        ("clamd_url", "tcp://", "没有写主机"),
        ("clamd_url", "tcp://host:3310/x", "主机和端口之后不要再写别的"),
        ("clamd_url", "tcp://user:x@host", "不能带用户"),
        ("clamd_url", "unix://run/clamd.ctl", "三条斜线"),
        ("clamd_url", "unix:///", "三条斜线"),
        ("smtp_per_minute", "-1", "应为不小于 0 的整数"),
        ("smtp_per_minute", "1.5", "应为不小于 0 的整数"),
        ("mail_from", "苗圃", "应为 名称 <邮箱@主机>"),
        ("mail_from", "a@b\nBcc: c@d", "应为 名称 <邮箱@主机>"),
        ("base_url", "ftp://host", "应为 https://主机"),
        ("base_url", "https://host/?a=1", "不能带用户、问号和井号"),
        ("host", "http://127.0.0.1", "应为本机的一个地址"),
        ("port", "65536", "应为 0 到 65535 的整数"),
        ("port", "8000.5", "应为 0 到 65535 的整数"),
        ("secret", "x" * 31, "只有 31 个字符，至少要 32 个"),
    ],
)
def test_each_variable_is_checked_and_says_what_it_should_be(name: str, value: str, what: str) -> None:
    (line,) = told(**{name: value})
    assert line.startswith(f"MIAOPU_{name.upper()}：")
    assert what in line


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (line,) = told(data=str(tmp_path / "file" / "data"))
    assert f"{tmp_path / 'file'} 不是文件夹" in line
    assert read_settings({"MIAOPU_DATA": str(tmp_path / "new" / "data")}).data == tmp_path / "new" / "data"
    assert not (tmp_path / "new").exists()  # reading settings makes nothing


def test_no_secret_and_no_password_is_ever_shown() -> None:
    lines = told(secret="hush-hush", smtp_url="smtp://user:hush@mail.example/x", nats_url="nats://u:hush@h:0")  # noqa: S106 - a wrong one
    assert not re.search("hush", "".join(lines))
    assert without_password("nats://u:hu@sh@a:1,nats://u:hush@b:1") == "nats://u:***@b:1"


def test_only_the_environment_that_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIAOPU_PORT=1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIAOPU_PORT", "2")
    assert Settings().port == 8000
    assert read_settings({}).port == 8000
    assert read_settings().port == 2


@pytest.mark.parametrize(
    ("host", "open_"), [("127.0.0.1", False), ("::1", False), ("localhost", False), ("10.0.0.1", True)]
)
def test_a_site_others_can_reach_is_known(host: str, open_: bool) -> None:
    assert read_settings({"MIAOPU_HOST": host}).open_to_others is open_
