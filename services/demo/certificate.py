"""A certificate as an operator would scan it, made of nothing: one page that says it is a sample."""

from collections.abc import Sequence

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def certificate(number: str, issued_on: str) -> bytes:
    """A PDF (ISO 32000-1) of A4 size, one line below the other; its fonts are every reader's own, hence ASCII alone."""
    lines = ("SAMPLE - NOT A CERTIFICATE", "High and New Technology Enterprise", f"No. {number}", f"Issued {issued_on}")
    moved = " ".join(f"({line}) Tj 0 -40 Td" for line in lines)
    text = f"BT /F1 20 Tf 80 700 Td {moved} ET".encode("ascii")
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(text), text)
    return _document([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE, stream, FONT])


def _document(objects: Sequence[bytes]) -> bytes:
    """The objects numbered from 1, the first the catalogue, with the table of where each begins (7.5)."""
    made, begins = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        begins.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in begins)
    size = len(objects) + 1
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end
