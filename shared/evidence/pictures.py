"""JPEG (ISO/IEC 10918-1) and PNG (ISO/IEC 15948): whole, of a size that can be shown, and nothing else besides."""

from shared.evidence.content import Content
from shared.evidence.refusals import refused

MOST_PIXELS = 200_000_000
"""An A0 sheet scanned at 300 dots per inch has 140 million."""
MOST_SEGMENTS = 10_000
"""Of a JPEG, 64 KB each at most."""
MOST_CHUNKS = 100_000
_PNG_HEAD = 8
_LONE = {0x01, *range(0xD0, 0xD8)}
"""Markers without a length."""
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9


def check_jpeg(content: Content) -> None:
    """Its segments lead to a frame with a size, to a scan, and there is an end after it.

    Cameras put previews and short films behind the end: what stands there is left alone.
    """
    at, pixels, marker = 2, 0, 0
    for _ in range(MOST_SEGMENTS):
        if at + 4 > len(content) or content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _LONE:
            at += 2
            continue
        length = _number(content, at + 2, 2)
        if marker == _END or length < 2:
            break
        if marker in _FRAMES and length >= 7:
            pixels = _number(content, at + 5, 2) * _number(content, at + 7, 2)
        at += 2 + length
        if marker == _SCAN:
            break
    if marker != _SCAN or content.find(bytes((0xFF, _END)), at) < 0:
        raise refused("evidence-incomplete")
    _check_pixels(pixels)


def check_png(content: Content) -> None:
    """From its header chunk to its end chunk, with which the file ends."""
    at, first = _PNG_HEAD, True
    for _ in range(MOST_CHUNKS):
        length, name = _number(content, at, 4), content[at + 4 : at + 8]
        if first:
            if name != b"IHDR" or length != 13:
                raise refused("evidence-incomplete")
            _check_pixels(_number(content, at + 8, 4) * _number(content, at + 12, 4))
            first = False
        at += 12 + length
        if len(name) < 4 or at > len(content):
            raise refused("evidence-incomplete")
        if name == b"IEND":
            if at < len(content):
                raise refused("evidence-two-in-one")
            return
    raise refused("evidence-incomplete")


def _check_pixels(pixels: int) -> None:
    if pixels == 0:
        raise refused("evidence-incomplete")
    if pixels > MOST_PIXELS:
        raise refused("evidence-picture-too-large")


def _number(content: Content, at: int, size: int) -> int:
    return int.from_bytes(content[at : at + size], "big")
