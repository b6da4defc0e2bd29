"""The smallest file of each kind that is taken, and the means to spoil it."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

TYPES_OF = "application/vnd.openxmlformats-officedocument"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"


def pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R/Size 4>>", catalogue: bytes = CATALOGUE) -> bytes:
    """A PDF of these objects besides its catalogue; objects are found by their words, so the table may be empty."""
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    for number, each in enumerate((catalogue, b"<</Type/Pages/Kids[]/Count 0>>", *objects), start=1):
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    return body + b"xref\n0 0\ntrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(body))


def object_stream(content: bytes, dictionary: bytes = b"/Filter/FlateDecode", type_: bytes = b"/ObjStm") -> bytes:
    data = zlib.compress(content) if b"Flate" in dictionary else content
    return b"<</Type%b/N 1/First 4%b/Length %d>>stream\r\n%b\nendstream" % (type_, dictionary, len(data), data)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 1, height: int = 1) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )  # fmt: skip


def jpeg(width: int = 1, height: int = 1, comment: bytes = b"") -> bytes:
    parts = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    if comment:
        parts += b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    parts += b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return parts + b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00" + b"\x12\x34\xff\xd9"


def zipped(parts: Mapping[str, bytes | str], comment: bytes = b"") -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return made.getvalue()


def types(main: str, *more: str) -> str:
    overrides = "".join(f'<Override PartName="/p{n}" ContentType="{each}"/>' for n, each in enumerate((main, *more)))
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'


def relations(*links: tuple[str, str]) -> str:
    """External relationships: (type, target)."""
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{RELATION}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(links)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


DOCX_PARTS: dict[str, bytes | str] = {
    "[Content_Types].xml": types(f"{TYPES_OF}.wordprocessingml.document.main+xml"),
    "_rels/.rels": relations(),
    "word/document.xml": "<w:document xmlns:w='w'><w:body/></w:document>",
}
OFD_PARTS: dict[str, bytes | str] = {
    "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>',
    "Doc_0/Document.xml": "<x/>",
}


def docx(**more: bytes | str) -> bytes:
    return zipped({**DOCX_PARTS, **more})


def docx_with(parts: Mapping[str, bytes | str]) -> bytes:
    return zipped({**DOCX_PARTS, **parts})


def ofd() -> bytes:
    return zipped(OFD_PARTS)


def xlsx() -> bytes:
    book, made = Workbook(), BytesIO()
    book.active.append(["企业", 1])  # type: ignore[union-attr]  # a new workbook has a sheet
    book.save(made)
    return made.getvalue()


def whole() -> dict[str, bytes]:
    """One of each kind, by its usual extension."""
    return {"pdf": pdf(), "jpg": jpeg(), "png": png(), "docx": docx(), "xlsx": xlsx(), "ofd": ofd()}
