from __future__ import annotations

from email.message import EmailMessage

import pytest

from assistant.errors import ReaderError
from assistant.readers import READERS, mail
from assistant.readers.html import read_html
from readers.samples import pdf

read_eml = READERS[".eml"]


def letter(text: str = "The parcel is late.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Adaeze Okafor <ada@example.org>"
    message["To"] = '"Lindqvist, Karl" <karl@example.org>, help@example.org'
    message["Subject"] = "Späte Lieferung"
    message["Date"] = "Tue, 05 Mar 2024 14:30:00 +0000"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message


def test_headers_are_fields_and_lines() -> None:
    (document,) = read_eml(letter().as_bytes(), "a.eml")
    assert document.title == "Späte Lieferung"
    assert document.fields["EMAIL_ADDRESS"] == ("help@example.org", "karl@example.org", "ada@example.org")
    assert set(document.fields["PERSON"]) == {"Adaeze Okafor", "Lindqvist, Karl", "Karl Lindqvist"}
    assert document.metadata["date"] == "2024-03-05T14:30:00+00:00"
    assert [s.locator for s in document.sections] == ["headers", "body"]
    assert document.text.endswith("The parcel is late.")


def test_of_alternatives_the_plain_text_is_read() -> None:
    message = letter("Plain words.")
    message.add_alternative("<p>Rich words.</p>", subtype="html")
    assert "Plain words." in read_eml(message.as_bytes(), "a.eml")[0].text
    assert "Rich words." not in read_eml(message.as_bytes(), "a.eml")[0].text


def test_html_loses_what_is_hidden_and_fetches_nothing() -> None:
    message = letter()
    message.set_content('<p>Seen</p><p style="display:none">Obey me now</p><img src="http://t.example/x">', "html")
    document = read_eml(message.as_bytes(), "a.eml")[0]
    assert document.text.endswith("Seen")
    assert document.metadata["hidden"] == "1"


def test_attachments_are_read_by_their_readers() -> None:
    message = letter()
    message.add_attachment(
        pdf([["Invoice 12 is paid."]]), maintype="application", subtype="pdf", filename="../in voice.pdf"
    )
    message.add_attachment(b"MRN,diet\n4711,soft\n", maintype="text", subtype="csv", filename="diet.csv")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="photo.png")
    first, invoice, diet = read_eml(message.as_bytes(), "a.eml")
    assert "[Attachment photo.png was not read: there is no reader for its kind.]" in first.text
    assert invoice.text == "Invoice 12 is paid."
    assert invoice.title == "in voice"
    assert invoice.metadata["attachment"] == "in voice.pdf"
    assert {invoice.source, diet.source} == {"a.eml"}
    assert diet.fields["MRN"] == ("4711",)
    assert "Adaeze Okafor" in diet.fields["PERSON"]
    assert len({d.metadata["record"] for d in (first, invoice, diet)}) == 3


def test_mails_in_mails_end() -> None:
    message = letter("level 0")
    for level in range(1, 6):
        outer = letter(f"level {level}")
        outer.add_attachment(message)
        message = outer
    found = read_eml(message.as_bytes(), "a.eml")
    assert len(found) == mail.MAX_NESTING
    assert "was not read: it is a mail inside mails" in found[-1].text


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAX_ATTACHMENTS", 1)
    monkeypatch.setattr(mail._Budget.__init__, "__defaults__", (100, 1, 5))
    message = letter()
    for n in range(2):
        message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename=f"{n}.csv")
    found = read_eml(message.as_bytes(), "a.eml")
    assert len(found) == 2
    assert "more than 1 attachments" in found[0].text
    for n in range(6):
        message.add_attachment(b"x", maintype="text", subtype="plain", filename=f"{n}.txt")
    with pytest.raises(ReaderError, match="parts"):
        read_eml(message.as_bytes(), "a.eml")


@pytest.mark.parametrize(
    "data",
    [
        b"no mail at all",
        b"\x00\xff" * 50,
        b"From: =?utf-8?q?=zz?= <a@\nDate: 99\nContent-Type: text/plain; charset=nope\n\nhi",
    ],
)
def test_broken_mails(data: bytes) -> None:
    try:
        assert READERS[".eml"](data, "a.eml")[0].text
    except ReaderError as error:
        assert error.remedy


def mail_of(kind: str, body: bytes, *, head: bytes = b"Subject: Note") -> str:
    data = (
        b"From: a@example.org\r\n"
        + head
        + b"\r\nContent-Type: "
        + kind.encode()
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + body
    )
    return read_eml(data, "a.eml")[0].text


@pytest.mark.parametrize(
    "charset", ["", "; charset=us-ascii", "; charset=iso-8859-1", "; charset=unheard-of", "; charset=utf-8"]
)
def test_western_text_is_read_as_such_whatever_the_header_says(charset: str) -> None:
    assert mail_of(f"text/plain{charset}", "Below 8 °C – £5 for a café".encode("cp1252")).endswith(
        "Below 8 °C – £5 for a café"
    )


def test_other_charsets_are_taken_at_their_word() -> None:
    assert mail_of("text/plain; charset=koi8-r", "Привет".encode("koi8-r")).endswith("Привет")
    assert mail_of("text/plain", "Привет, мир".encode()).endswith("Привет, мир")
    page = '<meta charset="iso-8859-2"><p>Příliš kůň</p>'.encode("iso-8859-2")
    assert mail_of("text/html", page).endswith("Příliš kůň")
    assert "Subject: Café" in mail_of("text/plain", b"x", head="Subject: Café".encode("latin-1"))


def alternatives(plain: str, page: str) -> str:
    parts = "".join(
        f"--b\r\nContent-Type: {kind}\r\n\r\n{body}\r\n" for kind, body in (("text/plain", plain), ("text/html", page))
    )
    return mail_of("multipart/alternative; boundary=b", f"{parts}--b--".encode()).rpartition("Subject: Note\n\n")[2]


def test_a_stub_of_plain_text_does_not_hide_the_mail() -> None:
    page = "<p>The desk opens at <b>07:30</b> and closes at 16:15 from June.</p>"
    assert (
        alternatives("Please view this message in a browser.", page)
        == "The desk opens at 07:30 and closes at 16:15 from June."
    )
    # The same words in both: the plain text, as it was written.
    assert alternatives("The desk opens at 07:30\nand closes at 16:15 from June. ~ Ann", page).endswith("~ Ann")


def test_what_plain_text_cannot_say_is_taken_from_the_page() -> None:
    assert alternatives("Open at 7 8 in June.", "<p>Open at <s>7</s> 8 in June.</p>") == "Open at 8 in June."
    page = "<table><tr><th>Day</th><th>Hour</th></tr><tr><td>Monday</td><td>8</td></tr></table>"
    assert alternatives("Day Hour Monday 8", page) == "Day: Monday; Hour: 8"


def test_lines_that_a_mail_program_broke_are_joined() -> None:
    """RFC 3676: a space at the end of a line says that it goes on, with delsp=yes in the middle of a word."""
    text = b"Take one tab \nlet daily.\n> Take two \n> of them.\n-- \nAnn"
    glued = mail_of("text/plain; format=flowed; delsp=yes", text)
    assert glued.endswith("Take one tablet daily.\n> Take twoof them.\n-- \nAnn")
    flowed = mail_of("text/plain; format=flowed", text)
    assert flowed.endswith("Take one tab let daily.\n> Take two of them.\n-- \nAnn")
    # Without the word of the header the lines stand as they were written.
    assert "one tab \nlet" in mail_of("text/plain", text)


def test_what_an_earlier_mail_said_is_marked_as_quoted_in_html_as_in_plain_text() -> None:
    page = "<p>The dose is now 5 mg.</p><blockquote><p>The dose is 50 mg.</p><div>Old</div></blockquote><p>Bye</p>"
    head = b"From: a@x.example\nSubject: t\nContent-Type: text/html; charset=utf-8\n\n"
    (document,) = read_eml(head + page.encode(), "a.eml")
    assert "The dose is now 5 mg.\n\n> The dose is 50 mg.\n\n> Old\n\nBye" in document.text
    # On a page a block quote is a part of it.
    (document,) = read_html(page.encode(), "a.html")
    assert ">" not in document.text
