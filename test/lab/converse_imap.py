#!/usr/bin/env python3
"""Says IMAP commands as they are given, where common clients do not: several at once, literals of both kinds, IDLE.

usage: converse_imap.py HOST PORT FOLDER STEP...

A step is one or more commands, without tags, with "|" between those that are said at once. In a command {FILE} stands for
a literal that the server is asked for, {FILE+} for one that it is not. IDLE waits for one answer, then says DONE. What was
said goes to standard output (C: and S:, literals as their announcement), each mail that was fetched whole to FOLDER/got-N.eml.
"""
import pathlib
import re
import socket
import sys


class Client:
    def __init__(self, host, port, folder):
        self.file = socket.create_connection((host, int(port)), 10).makefile("rwb")
        self.folder, self.got, self.number = pathlib.Path(folder), 0, 0
        self.line()

    def say(self, data):
        self.file.write(data)
        self.file.flush()

    def line(self):
        """A line of the server and what belongs to it: an answer may go on after a literal."""
        line = self.file.readline().rstrip(b"\r\n")
        print("S:", line.decode())
        while literal := re.search(rb"\{(\d+)\}$", line):
            data = self.file.read(int(literal[1]))
            if line.endswith(b"BODY[] " + literal[0]):
                self.got += 1
                (self.folder / f"got-{self.got}.eml").write_bytes(data)
            rest = self.file.readline().rstrip(b"\r\n")
            print("S:", rest.decode())
            line = rest
        return line

    def until(self, beginning):
        while not self.line().startswith(beginning):
            pass

    def command(self, text):
        """Says it, up to its end; returns its tag."""
        self.number += 1
        tag = b"a%03d" % self.number
        out = tag + b" "
        for word in re.split(r"(\{[^{}]+\})", text):
            if not word.startswith("{"):
                out += word.encode()
                continue
            data = pathlib.Path(word[1:-1].rstrip("+")).read_bytes()
            plus = b"+" if word.endswith("+}") else b""
            out += b"{%d%s}" % (len(data), plus)
            print("C:", out.decode())
            self.say(out + b"\r\n")
            if not plus:
                self.until(b"+")
            self.say(data)
            out = b""
        print("C:", out.decode())
        self.say(out + b"\r\n")
        return tag

    def step(self, step):
        tags = {self.command(text) for text in step.split("|")}
        if step == "IDLE":
            self.until(b"+")
            self.line()
            print("C: DONE")
            self.say(b"DONE\r\n")
        while tags:
            tags.discard(self.line().split(b" ")[0])


def main():
    host, port, folder, *steps = sys.argv[1:]
    client = Client(host, port, folder)
    for step in steps:
        client.step(step)
    client.file.close()


main()
