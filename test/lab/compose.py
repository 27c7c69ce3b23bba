#!/usr/bin/env python3
"""Writes the mails that the lab's clients send: DIRECTORY/NAME.eml, byte for byte as on the wire before dot-stuffing,
and DIRECTORY/NAME.subject, the subject that a reader should see.

usage: compose.py DIRECTORY
"""
import base64
import hashlib
import pathlib
import sys


def word(charset, text, encoding="B"):
    """An encoded word (RFC 2047)."""
    raw = text.encode(charset)
    if encoding == "B":
        return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="
    return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in raw)}?="


def mail(name, subject, body, more=(), sender="Wang Yi <wang@example.org>", to="alice@example.com"):
    lines = [
        "Date: Mon, 02 Nov 2026 09:30:00 +0800", f"From: {sender}", f"To: {to}", f"Subject: {subject}",
        f"Message-ID: <{name}@lab.example.org>", "MIME-Version: 1.0", *more, "",
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + body


def text(charset, words, encoding="8bit"):
    body = words.replace("\n", "\r\n").encode(charset)
    return body, (f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {encoding}")


def bytes_of(size):
    """Bytes that no compressor makes smaller, the same in every run."""
    out = b"".join(hashlib.sha256(str(i).encode()).digest() for i in range(size // 32 + 1))
    return out[:size]


def plain():
    body, more = text("us-ascii", "Hello Alice,\n\nthe report is on the shared drive.\n\nYi\n", "7bit")
    return "The report", mail("plain", "The report", body, more)


def dots():
    lines = ["A line, then some that begin with dots:", ".", "..", "...and this one", ".hidden", "", ".", "That was all."]
    body, more = text("us-ascii", "\n".join(lines) + "\n", "7bit")
    return "Lines with dots", mail("dots", "Lines with dots", body, more)


def chinese_gb2312():
    subject = "会议通知：下周三上午"
    body, more = text("gb2312", "各位同事：\n\n下周三上午九点开会。\n")
    return subject, mail("chinese-gb2312", word("gb2312", subject), body, more)


def chinese_utf8():
    subject = "发票 2026-11 已开具"
    body, more = text("utf-8", "您好，\n\n附上本月发票。\n")
    header = "\r\n ".join([word("utf-8", subject[:4]), word("utf-8", subject[4:], "Q")])
    return subject, mail("chinese-utf8", header, body, more, sender=word("utf-8", "王伟") + " <wangwei@example.org>")


def attachment():
    def part(*lines):
        return "\r\n".join(("--=_lab_1", *lines)).encode()

    encoded = base64.encodebytes(bytes_of(30000)).replace(b"\n", b"\r\n")
    body = part("Content-Type: text/plain; charset=us-ascii", "", "See the file.", "") + b"\r\n"
    body += part("Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64",
                 'Content-Disposition: attachment; filename="measurements.bin"', "", "") + encoded + b"--=_lab_1--\r\n"
    more = ('Content-Type: multipart/mixed; boundary="=_lab_1"',)
    return "Measurements, 30 kB", mail("attachment", "Measurements, 30 kB", body, more)


def within(boundary, note, inner):
    """A note, and a mail below it."""
    lines = (f"--{boundary}", "Content-Type: text/plain; charset=us-ascii", "", note, "",
             f"--{boundary}", "Content-Type: message/rfc822", "", "")
    return "\r\n".join(lines).encode() + inner + f"\r\n--{boundary}--\r\n".encode()


def forwarded():
    """A mail within a mail within a mail."""
    body = within("=_lab_3", "Is this ours?", chinese_utf8()[1])
    middle = mail("middle", "Fwd: an invoice", body, ('Content-Type: multipart/mixed; boundary="=_lab_3"',))
    body = within("=_lab_2", "See below.", middle)
    return "Fwd: Fwd: an invoice", mail("forwarded", "Fwd: Fwd: an invoice", body,
                                        ('Content-Type: multipart/mixed; boundary="=_lab_2"',))


def small(number):
    subject = f"Note {number} of 3"
    body, more = text("us-ascii", f"This is note {number}.\n", "7bit")
    return subject, mail(f"note-{number}", subject, body, more)


def main():
    directory = pathlib.Path(sys.argv[1])
    mails = {"plain": plain(), "dots": dots(), "chinese-gb2312": chinese_gb2312(), "chinese-utf8": chinese_utf8(),
             "attachment": attachment(), "forwarded": forwarded(),
             "note-1": small(1), "note-2": small(2), "note-3": small(3)}
    directory.mkdir(parents=True, exist_ok=True)
    for name, (subject, raw) in mails.items():
        (directory / f"{name}.eml").write_bytes(raw)
        (directory / f"{name}.subject").write_text(subject, encoding="utf-8")


main()
