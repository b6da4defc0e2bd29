"""Addresses as settings write them. Each function answers what it was given, or raises ValueError with what to do."""

import os
import re
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

DATABASES = {"postgresql", "postgres", "postgresql+asyncpg"}
DATABASE_OPTIONS = {"host", "port", "ssl", "sslmode"}

_LABEL = r"\w([\w-]*\w)?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", re.ASCII)
_MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):.*@")


def without_password(url: str) -> str:
    """An address as it may be shown."""
    return _PASSWORD.sub(r"\1:***@", url)


def _split(url: str, form: str) -> SplitResult:
    """The parts of a URL; `form` is how it should look."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is none fails only when it is asked for
    except ValueError:
        raise ValueError(f"不是有效的地址，应为 {form}；用户和密码里的 : / @ # 等要写成 %XX") from None
    return parts


def _complete(parts: SplitResult, schemes: set[str], form: str) -> None:
    if parts.scheme not in schemes:
        raise ValueError(f"应为 {form}")
    if not parts.hostname or not _is_host(parts.hostname):
        raise ValueError(f"没有写主机，或写得不对；应为 {form}")
    if parts.port == 0:
        raise ValueError(f"端口不能是 0；应为 {form}")


def _is_host(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True


def nats(urls: str) -> str:
    """One server, or several of a cluster separated by commas; all with the same user."""
    form = "nats://用户:密码@主机:4222（加密用 tls://，集群的几台用逗号隔开）"
    users = set()
    for url in urls.split(","):
        parts = _split(url.strip(), form)
        _complete(parts, {"nats", "tls"}, form)
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(f"主机之后不要再写别的；应为 {form}")
        if (parts.username is None) != (parts.password is None):
            raise ValueError(f"用户和密码要一起写；应为 {form}")
        users.add((parts.username, parts.password))
    if len(users) > 1:
        raise ValueError("集群的几台要用同一个用户和密码")
    return urls


def database(url: str) -> str:
    form = "postgresql://用户:密码@主机/数据库"
    if url.startswith("sqlite"):
        raise ValueError("SQLite 不用写地址：不设这个变量，每个服务一个文件，放在 MIAOPU_DATA")
    parts = _split(url, form)
    options = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme not in DATABASES:
        raise ValueError(f"不支持这种数据库，应为 {form}；用 SQLite 就不设这个变量")
    if unknown := options.keys() - DATABASE_OPTIONS:
        raise ValueError(f"不认识选项 {'、'.join(sorted(unknown))}；可用 {'、'.join(sorted(DATABASE_OPTIONS))}")
    if "host" not in options:  # a socket's folder is written there
        _complete(parts, DATABASES, form)
    if not parts.path.strip("/"):
        raise ValueError(f"没有写数据库的名称；应为 {form}")
    return url


def smtp(url: str) -> str:
    form = "smtp://用户:密码@主机:587（服务器支持就加密）或 smtps://用户:密码@主机:465（始终加密）"
    parts = _split(url, form)
    _complete(parts, {"smtp", "smtps"}, form)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"主机和端口之后不要再写别的；应为 {form}")
    if (parts.username is None) != (parts.password is None):
        raise ValueError(f"用户和密码要一起写；应为 {form}")
    return url


def clamd(url: str) -> str:
    form = "tcp://主机:3310 或 unix:///套接字文件的完整路径"
    parts = _split(url, form)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"不能带用户、问号和井号；应为 {form}")
    if parts.scheme == "unix":
        if parts.netloc or not parts.path.strip("/"):
            raise ValueError(f"unix: 之后要写三条斜线和完整路径；应为 {form}")
        return url
    _complete(parts, {"tcp"}, form)
    if parts.path.strip("/"):
        raise ValueError(f"主机和端口之后不要再写别的；应为 {form}")
    return url


def site(url: str) -> str:
    """Without the slash at its end, so that a path can follow."""
    form = "https://主机 或 http://主机:端口"
    parts = _split(url, form)
    _complete(parts, {"http", "https"}, form)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"不能带用户、问号和井号；应为 {form}")
    return url.rstrip("/")


def sender(text: str) -> str:
    """A mail address, with or without a name."""
    _, mailbox = parseaddr(text)
    if not _MAILBOX.fullmatch(mailbox) or not text.isprintable():
        raise ValueError("应为 名称 <邮箱@主机> 或 邮箱@主机")
    return text


def listening_host(text: str) -> str:
    if not _is_host(text):
        raise ValueError("应为本机的一个地址，例如 127.0.0.1，不带协议和端口")
    return text


def writable_folder(folder: Path) -> Path:
    """A folder that can be written, or can be made where it is to be."""
    nearest = folder.absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise ValueError(f"{nearest} 不是文件夹；请换一个位置，或移走这个文件")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ValueError(f"不能写入 {nearest}；请换一个位置，或给运行的用户写入权限")
    return folder
