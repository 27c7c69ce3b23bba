#!/usr/bin/env python3
"""Makes expected.json, the truth about a capture, from what its clients wrote down: never from the capture itself.

usage: record.py DIRECTORY DESCRIPTION [--session KEY=VALUE...]...

Keys of a session: protocol; dialect (how its client writes down what was said: swaks, relay, fetchmail, curl,
converse, fetchmail-imap, mbsync); compressed=yes when COMPRESS was answered OK; transcript (a file); client, server, port; state (default closed; ended: closed or reset); user, password; tls=yes when it went on
encrypted; quit=yes when the server's log says that QUIT or LOGOUT came although the client's transcript lacks it; mail=FILE,
as often as there were mails whose data was sent or got, in their order; keys=FILE the key log of what was encrypted:
then all that was said is known. Each mail is copied to DIRECTORY/sent-N.eml, the key log to DIRECTORY/keys.log.
"""
import base64
import collections
import json
import pathlib
import re
import sys

# (what marks a line of the client, what marks one of the server), each with the line itself as the only group
DIALECTS = {
    "swaks": (r"^ (?:->|~>) (.*)", r"^<(?:-|~|\*\*) +(.*)"),
    "relay": (r": > \S+:25: (.*)", r": < \S+:25: (.*)"),
    "fetchmail": (r"^fetchmail: POP3> (.*)", r"^fetchmail: POP3< (.*)"),
    "curl": (r"^> (.*)", r"^< (.*)"),
    "converse": (r"^C: (.*)", r"^S: (.*)"),
    "fetchmail-imap": (r"^fetchmail: IMAP> (.*)", r"^fetchmail: IMAP< (.*)"),
    "mbsync": (r"^(?:\(\d+ in progress\) )?>>> (.*)", r"^((?:\*|\+|\d+ (?:OK|NO|BAD)) .*|\))"),
}
LINES_FOLLOW = ("LIST", "UIDL", "CAPA")


def said(dialect, transcript):
    """The lines of both sides in their order: ("C" or "S", line)."""
    client, server = (re.compile(p) for p in DIALECTS[dialect])
    for line in transcript.read_text(encoding="utf-8", errors="replace").splitlines():
        line = line.rstrip("\r")
        for side, pattern in (("C", client), ("S", server)):
            if found := pattern.search(line):
                yield side, found.group(1)
                break


class Dialogue:
    """Gives each reply to its command. A mail's data, where a transcript has it, is passed over until its dot."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.commands = [{"verb": "(greeting)", "arguments": "", "codes": []}]
        self.waiting = [self.commands[0]]
        self.in_auth = self.in_data = False
        self.recipients = 0

    def client(self, line):
        if self.in_auth:
            self.in_auth["said"].append(line)
        elif self.in_data:
            if line == ".":
                self.in_data = False
                self.add("(message)", "")
        elif line == "." and self.protocol != "pop3":
            self.add("(message)", "")
        else:
            verb, _, arguments = line.partition(" ")
            self.add(verb.upper(), arguments.strip())

    def add(self, verb, arguments):
        command = {"verb": verb, "arguments": arguments, "codes": []}
        self.commands.append(command)
        copies = self.recipients if self.protocol == "lmtp" and verb == "(message)" else 1
        self.waiting.extend([command] * copies)
        if verb == "AUTH":
            self.in_auth = command
            command["said"] = []

    def server(self, line):
        if self.protocol == "pop3":
            return self.pop3_answer(line)
        if re.match(r"\d{3}(?!-)", line):
            if self.in_data and not self.waiting:  # a transcript without the data
                self.client(".")
            self.answer(line[:3])
        return None

    def pop3_answer(self, line):
        code = re.match(r"\+OK|-ERR|\+(?= |$)", line)
        if self.waiting and code:
            self.answer(code.group())
        elif self.commands[-1]["verb"] in LINES_FOLLOW and line != ".":
            self.commands[-1].setdefault("data", []).append(line)

    def answer(self, code):
        command = self.waiting[0]
        if command is self.in_auth:
            command["codes"] = [code]
            if code in ("334", "+"):
                return
            self.in_auth = False
        else:
            command["codes"].append(code)
        self.waiting.pop(0)
        if command["verb"] == "RCPT" and code[0] == "2":
            self.recipients += 1
        if command["verb"] == "DATA" and code == "354" and self.waiting == []:
            self.in_data = True


class ImapDialogue:
    """Gives each tagged answer to its command, and counts the others. A line after a literal goes on with what it is in."""

    def __init__(self):
        self.commands = [{"verb": "(greeting)", "arguments": "", "codes": []}]
        self.untagged = collections.Counter()
        self.mails = []
        self.is_open = self.in_answer = False

    def client(self, line):
        if self.is_open:
            self.commands[-1]["arguments"] = (self.commands[-1]["arguments"] + line).strip()
        elif line == "DONE" or self.is_answer_to_challenge(line):
            return
        else:
            tag, verb, *words = line.split(" ", 3)
            if verb.upper() == "UID":
                verb += " " + words.pop(0)
            self.commands.append({"tag": tag, "verb": verb.upper(), "arguments": " ".join(words).strip(), "codes": []})
        self.is_open = bool(re.search(r"\{\d+\+?\}$", line))
        if self.is_open and self.commands[-1]["verb"] == "APPEND":
            self.append(self.commands[-1])

    def is_answer_to_challenge(self, line):
        return self.commands[-1]["verb"] == "AUTHENTICATE" and not self.commands[-1]["codes"] and " " not in line

    def append(self, command):
        mailbox = re.match(r'"([^"]*)"|(\S+)', command["arguments"])
        self.mails.append({"direction": "appended", "mailbox": decoded(mailbox[1] or mailbox[2]), "data": True,
                           "command": command})

    def server(self, line):
        if self.in_answer:
            self.in_answer = bool(re.search(r"\{\d+\}$", line))
        elif line.startswith("* ") and not self.commands[0]["codes"]:
            self.commands[0]["codes"].append(line.split(" ")[1])
        elif line.startswith("* "):
            self.answer(line)
        elif not line.startswith("+"):
            tag, code = line.split(" ")[:2]
            next(c for c in self.commands[1:] if c["tag"] == tag and not c["codes"])["codes"].append(code)

    def answer(self, line):
        words = line.split(" ")
        self.untagged[words[2] if words[1].isdigit() else words[1]] += 1
        self.in_answer = bool(re.search(r"\{\d+\}$", line))
        if self.in_answer and words[2] == "FETCH" and re.search(r"(BODY\[\]|BODY\[TEXT\]|RFC822) \{\d+\}$", line):
            uid = re.search(r"UID (\d+)", line)
            self.mails.append({"direction": "fetched", "mailbox": self.selected(), "data": True, "outcome": "retrieved",
                               **({"uid": int(uid[1])} if uid else {})})

    def selected(self):
        last = [c for c in self.commands if c["verb"] in ("SELECT", "EXAMINE")][-1]
        return decoded(last["arguments"].strip('"'))

    def transactions(self):
        for mail in self.mails:
            if command := mail.pop("command", None):
                mail["outcome"] = "accepted" if command["codes"] == ["OK"] else "rejected"
        return self.mails


def decoded(mailbox):
    """Modified UTF-7 (RFC 3501 section 5.1.3)."""
    def value(match):
        text = match[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be") if text else "&"

    return re.sub(r"&([^-]*)-", value, mailbox)


def imap_logins(dialogue, session):
    for command in dialogue.commands:
        if command["verb"] in ("LOGIN", "AUTHENTICATE"):
            mechanism = "LOGIN" if command["verb"] == "LOGIN" else command["arguments"].split(" ")[0]
            command["arguments"] = "" if command["verb"] == "LOGIN" else mechanism
            yield {"user": session["user"], "mechanism": mechanism, "success": command["codes"] == ["OK"],
                   **({"secret": session["password"]} if mechanism in ("LOGIN", "PLAIN") else {})}


def login_of(command, password):
    """The login of AUTH, PASS or APOP, but for what the transcript does not tell."""
    success = command["codes"][-1:] in (["235"], ["+OK"])
    if command["verb"] == "PASS":
        return {"mechanism": "USER", "secret": password, "success": success}
    if command["verb"] == "APOP":
        return {"mechanism": "APOP", "success": success}
    mechanism = command["arguments"].split(" ")[0].upper()
    login = {"mechanism": mechanism, "success": success}
    if mechanism in ("PLAIN", "LOGIN"):
        login["secret"] = password
    return login


def logins(dialogue, session):
    out = []
    for command in dialogue.commands:
        if command["verb"] in ("AUTH", "PASS", "APOP"):
            login = login_of(command, session.get("password"))
            out.append({"user": session["user"], **login})
        command.pop("said", None)
    return out


def address(argument):
    return re.search(r"<(.*?)>", argument).group(1)


def transactions(dialogue):
    """What became of each envelope that reached RCPT."""
    mail, out = None, []
    for command in dialogue.commands:
        verb, codes = command["verb"], command["codes"]
        ok = bool(codes) and codes[0][0] == "2"
        if verb == "MAIL":
            mail = {"direction": "sent", "from": address(command["arguments"]), "to": [], "rejected": []}
        elif verb == "RCPT" and mail:
            if mail not in out:
                out.append(mail)
            mail["to" if ok else "rejected"].append(address(command["arguments"]))
        elif verb == "(message)" or verb == "BDAT" and "LAST" in command["arguments"]:
            mail["outcome"] = "accepted" if any(c[0] == "2" for c in codes) else "rejected"
            mail["data"], mail = True, None
        elif verb in ("RSET", "QUIT") and mail:
            mail.setdefault("outcome", "reset" if verb == "RSET" or mail["to"] else "rejected")
            mail = None
    return out


def retrieved(dialogue):
    """The mails that a POP3 client got, and whether they were deleted for good."""
    verbs = [(c["verb"], c["arguments"], c["codes"]) for c in dialogue.commands]
    quit_done = any(v == "QUIT" and c == ["+OK"] for v, _, c in verbs)
    for verb, arguments, codes in verbs:
        if verb in ("RETR", "TOP") and codes == ["+OK"]:
            number = arguments.split(" ")[0]
            deleted = any(v == "DELE" and a == number and c == ["+OK"] for v, a, c in verbs)
            yield {"direction": "retrieved" if verb == "RETR" else "previewed", "data": True, "outcome": "retrieved",
                   "number": int(number), "deleted": deleted, "committed": deleted and quit_done}


def without_secrets(command, session):
    """fetchmail writes PASS and a star; a transcript of ours may hold what was said."""
    if command["verb"] == "PASS":
        command["arguments"] = session["password"]
    return command


class Record:
    def __init__(self, directory):
        self.directory = directory
        self.sessions, self.files = [], 0

    def keep(self, source):
        """Copies a mail to where the tests find it, and tells what the reader of its header should see."""
        self.files += 1
        name = f"sent-{self.files}.eml"
        (self.directory / name).write_bytes(source.read_bytes())
        subject = source.with_suffix(".subject")
        return {"file": name, **({"subject": subject.read_text("utf-8")} if subject.exists() else {})}

    def files_of(self, mails, session):
        files = iter(session["mails"])
        for mail in mails:
            if mail.pop("data", False):
                mail.update(self.keep(pathlib.Path(next(files))))
        if unused := list(files):
            sys.exit(f"record: the transcript does not tell of {unused}")

    def add_imap(self, session):
        dialogue = ImapDialogue()
        for side, line in said(session["dialect"], pathlib.Path(session["transcript"])):
            (dialogue.client if side == "C" else dialogue.server)(line)
        if session["dialect"] == "fetchmail-imap":  # the answer behind a mail's text it does not write down; it went on
            for command in dialogue.commands:
                command["codes"] = command["codes"] or ["OK"]
        if session.get("quit"):
            dialogue.commands.append({"verb": "LOGOUT", "arguments": "", "codes": ["OK"]})
            dialogue.untagged["BYE"] += 1
        mails = dialogue.transactions()
        self.files_of(mails, session)
        self.keep_session(session, list(imap_logins(dialogue, session)), mails, dialogue.commands,
                          {"untagged": dict(dialogue.untagged), "compressed": session.get("compressed") == "yes"})

    def keep_session(self, session, all_logins, mails, commands, more):
        if "keys" in session:
            (self.directory / "keys.log").write_bytes(pathlib.Path(session["keys"]).read_bytes())
        self.sessions.append({
            "protocol": session["protocol"], "client": session["client"], "server": session["server"],
            "port": int(session["port"]), "state": session.get("state", "closed"), "tls": "tls" in session,
            "logins": all_logins, "mails": mails, "commands": commands, **more})

    def add(self, session):
        if session["protocol"] == "imap":
            self.add_imap(session)
            return
        dialogue = Dialogue(session["protocol"])
        if "transcript" in session:
            for side, line in said(session["dialect"], pathlib.Path(session["transcript"])):
                (dialogue.client if side == "C" else dialogue.server)(line)
                if session.get("tls") and not session.get("keys") and dialogue.commands[-1]["verb"] in ("STARTTLS", "STLS") and not dialogue.waiting:
                    break
        else:
            dialogue.commands = []
        if session.get("quit"):
            code = "+OK" if session["protocol"] == "pop3" else "221"
            dialogue.commands.append({"verb": "QUIT", "arguments": "", "codes": [code]})
        mails = list(retrieved(dialogue) if session["protocol"] == "pop3" else transactions(dialogue))
        self.files_of(mails, session)
        self.keep_session(session, logins(dialogue, session), mails,
                          [without_secrets(c, session) for c in dialogue.commands], {})


def arguments():
    sessions = []
    for word in sys.argv[3:]:
        if word == "--session":
            sessions.append({"mails": []})
            continue
        key, _, value = word.partition("=")
        if key == "mail":
            sessions[-1]["mails"].append(value)
        else:
            sessions[-1][key] = value
    return sessions


def main():
    directory = pathlib.Path(sys.argv[1])
    record = Record(directory)
    for session in arguments():
        record.add(session)
    truth = {"description": sys.argv[2], "sessions": record.sessions}
    text = json.dumps(truth, indent=1, ensure_ascii=False)
    # a command fits on a line
    text = re.sub(r"\{\n\s+\"(?:tag|verb)\"[^{}]*\}", lambda m: re.sub(r"\n\s+", " ", m.group()), text)
    (directory / "expected.json").write_text(text + "\n", encoding="utf-8")


main()
