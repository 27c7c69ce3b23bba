#!/usr/bin/env python3
"""Speaks SMTP exactly as told, for what no common client does, and prints what both said ("C: ...", "S: ...").

usage: converse.py HOST PORT STEP...

A STEP is a command to be sent, then its reply is awaited; or DATA:FILE (DATA, then the mail, dot-stuffed);
or BDAT:SIZE:FILE (the mail in chunks of SIZE, the last one LAST); steps joined by "|" are sent in one piece.
"""
import pathlib
import socket
import sys


class Peer:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.lines = self.socket.makefile("rb")

    def reply(self):
        while True:
            line = self.lines.readline().decode("ascii").rstrip("\r\n")
            if not line:
                sys.exit("converse: the server left")
            print("S:", line)
            if line[3:4] != "-":
                return line

    def send(self, *commands):
        for command in commands:
            print("C:", command)
        self.socket.sendall("".join(c + "\r\n" for c in commands).encode("ascii"))
        return [self.reply() for _ in commands]

    def data(self, raw):
        if self.send("DATA")[0].startswith("354"):
            stuffed = b"\r\n".join(b"." + l if l.startswith(b".") else l for l in raw.split(b"\r\n"))
            self.socket.sendall(stuffed + b".\r\n")
            print("C: .")
            self.reply()

    def bdat(self, size, raw):
        for at in range(0, len(raw), size):
            chunk = raw[at:at + size]
            command = f"BDAT {len(chunk)}" + (" LAST" if at + size >= len(raw) else "")
            print("C:", command)
            self.socket.sendall(command.encode("ascii") + b"\r\n" + chunk)
            self.reply()


def main():
    peer = Peer(sys.argv[1], sys.argv[2])
    peer.reply()
    for step in sys.argv[3:]:
        kind, _, rest = step.partition(":")
        if kind == "DATA" and rest:
            peer.data(pathlib.Path(rest).read_bytes())
        elif kind == "BDAT":
            size, _, file = rest.partition(":")
            peer.bdat(int(size), pathlib.Path(file).read_bytes())
        else:
            peer.send(*step.split("|"))
    peer.socket.close()


main()
