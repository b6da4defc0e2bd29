"""How a mail greets a person by his name. The stored letter, which the whole office may read, does not hold it."""

from html import escape

from services.notify.domain.mail import Letter
from services.notify.domain.wording import line

_ENDS = "：\n"


def greeted(letter: Letter) -> Letter:
    """The letter with its salutation by name, in one line whatever the name holds; without a name it stays as it is."""
    name = line(letter.to_name or "")
    salutation, ends, rest = letter.text.partition(_ENDS)
    if not name or not ends or "\n" in salutation:
        return letter
    text = f"尊敬的{name}{ends}{rest}"
    html = letter.html.replace(f"<p>{escape(salutation)}：</p>", f"<p>尊敬的{escape(name)}：</p>", 1)
    return letter._replace(text=text, html=html)
