"""A real terminal for tests: a tmux of its own in which a shell runs, keys are typed, and text is waited for.

Nothing here sleeps for a guessed time (only Esc and Alt differ by time): every wait polls the screen each 20 ms and
gives up after TIMEOUT seconds, showing what the screen holds then.
"""
import os
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata

TIMEOUT = 20.0
POLL = 0.02
ESCAPE = 0.25  # a program under a sanitizer reads late, and Escape with a key in one read is another key


class Wrong(AssertionError):
    pass


def width(text):
    """Columns that a terminal needs for a text."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Screen:
    def __init__(self, columns, rows):
        self.directory = tempfile.mkdtemp(prefix="mailtap-screen.", dir="/tmp")
        self.socket = os.path.join(self.directory, "tmux")
        self.columns, self.rows = columns, rows
        self.tmux("new-session", "-d", "-c", self.directory, "-x", str(columns), "-y", str(rows),
                  "env", "PS1=ready>", "HISTFILE=", "TERM=screen-256color", "bash", "--norc", "--noprofile")
        self.tmux("set-option", "-g", "status", "off")
        self.wait(r"^ready>$")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def tmux(self, *arguments):
        run = subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *arguments], capture_output=True, text=True,
                             encoding="utf-8")
        if run.returncode != 0:
            raise Wrong(f"tmux {arguments[0]}: {run.stderr}")
        return run.stdout

    def tty(self):
        return self.tmux("display-message", "-p", "#{pane_tty}").strip().removeprefix("/dev/")

    def path(self, name):
        return os.path.join(self.directory, name)

    def command(self, line):
        self.type(line)
        self.keys("Enter")

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def keys(self, *names):
        """Keys by their tmux names: Enter, Tab, Escape, F7, C-u, or single characters."""
        for name in names:
            self.tmux("send-keys", name)
            if name == "Escape":
                time.sleep(ESCAPE)

    def send(self, text):
        """These bytes, at once, as a terminal sends a sequence."""
        self.tmux("set-buffer", "--", text)
        self.tmux("paste-buffer", "-r")

    def paste(self, text):
        """As with the mouse: between brackets, if the program wants them."""
        self.tmux("set-buffer", "--", text)
        self.tmux("paste-buffer", "-p", "-r")

    def text(self):
        return self.tmux("capture-pane", "-p")

    def lines(self):
        return self.text().rstrip("\n").split("\n")

    def until(self, what, condition):
        """The screen's text as soon as condition(text) is true."""
        end = time.monotonic() + TIMEOUT
        while True:
            text = self.text()
            if condition(text):
                return text
            if time.monotonic() > end:
                raise Wrong(f"waited in vain for {what}; on the screen:\n{text.rstrip()}")
            time.sleep(POLL)

    def wait(self, *patterns):
        """Until all patterns are on the screen at once; in a pattern ^ and $ are ends of lines."""
        return self.until(" and ".join(patterns), lambda text: all(
            re.search(p, text.rstrip("\n"), re.MULTILINE) for p in patterns))

    def wait_gone(self, pattern):
        return self.until(f"/{pattern}/ to go", lambda text: not re.search(pattern, text, re.MULTILINE))

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def is_alternate(self):
        return self.tmux("display-message", "-p", "#{alternate_on}").strip() == "1"

    def frames_are_whole(self, text):
        lines = [line for line in text.rstrip("\n").split("\n") if re.match(r"[│┌└├]", line)]
        return lines and all(width(line) == self.columns and line[-1] in "│┐┘┤█" for line in lines)

    def check_frames(self):
        """Every line of a frame ends in the last column: wide characters were counted right."""
        self.until(f"frames {self.columns} columns wide", self.frames_are_whole)

    def show(self, pane):
        """Tab until the pane is on the screen, in case the terminal is too small for all."""
        for _ in range(6):
            before = self.text()
            if pane in before:
                return before
            self.keys("Tab")
            self.until("another pane", lambda text: text != before)
        raise Wrong(f"no Tab leads to {pane}; on the screen:\n{self.text().rstrip()}")
