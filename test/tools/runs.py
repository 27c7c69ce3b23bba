"""Runs of programs for "measure": how long they take, what memory they have of their own, what others do meanwhile."""
import codecs
import fcntl
import os
import pty
import re
import resource
import select
import struct
import subprocess
import tempfile
import termios
import time

BUSY_PERCENT = 5
SAMPLE = 0.001
SCREEN_ROWS, SCREEN_COLUMNS = 40, 120
SCREEN_LIMIT = 900
# The user's own settings are left out.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "MAILTAP_CONFIG"}
ENVIRONMENT.update(XDG_CONFIG_HOME="/nonexistent", LC_ALL="C.UTF-8", TZ="UTC", TERM="xterm")


class Failed(Exception):
    """A program has failed: figures of it would mean nothing."""


# ---- what others do ----

def busy_ticks(stat, processors):
    """What these processors have worked since the system began, for whomever: the text of /proc/stat."""
    ticks = 0
    for line in stat.splitlines():
        name, *fields = line.split()
        if name in {"cpu%d" % number for number in processors}:
            user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields[:8])
            ticks += user + nice + system + irq + softirq + steal
    return ticks


def percent_by_others(ticks, own_seconds, seconds, processors):
    """How much of a time that these processors had went to others."""
    others = ticks / os.sysconf("SC_CLK_TCK") - own_seconds
    return max(0.0, 100 * others / (seconds * processors))


class Watch:
    """From its making on: what this process and its children, all of which are waited for, leave to others."""

    def __init__(self):
        self.processors = os.sched_getaffinity(0)
        self.began = self.now()

    def now(self):
        with open("/proc/stat", encoding="ascii") as stat:
            ticks = busy_ticks(stat.read(), self.processors)
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return ticks, sum(u.ru_utime + u.ru_stime for u in usage), time.monotonic()

    def percent(self):
        ticks, own, seconds = (end - begin for begin, end in zip(self.began, self.now()))
        return percent_by_others(ticks, own, seconds, len(self.processors))


def use_two_processors():
    """Whatever the machine has: figures are those of two."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


# ---- programs that end ----

def private_bytes(pid):
    """Anonymous and shared pages: a mapped file is not counted."""
    try:
        with open("/proc/%d/status" % pid, encoding="utf-8", errors="replace") as status:
            rows = dict(line.split(":", 1) for line in status if ":" in line)
        return 1024 * sum(int(rows[key].split()[0]) for key in ("RssAnon", "RssShmem"))
    except (OSError, KeyError, ValueError):
        return 0


def run(command, sample=False):
    """Seconds, and with sample the most private bytes that were seen: looking costs time, too."""
    peak = 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                                 cwd=folder, env=ENVIRONMENT)
        while sample and child.poll() is None:
            peak = max(peak, private_bytes(child.pid))
            time.sleep(SAMPLE)
        child.wait()
        seconds = time.monotonic() - began
        if child.returncode != 0:
            errors.seek(0)
            raise Failed("%s: exit %d: %s" % (" ".join(command), child.returncode,
                                              errors.read(1000).decode("utf-8", "replace").strip()))
    return seconds, peak


# ---- the screen ----

class Terminal:
    """What stands in a terminal, after what ncurses writes to an xterm: only what has changed."""
    TOKEN = re.compile("\x1b\\[([?>0-9;]*)([@-~])|\x1b[()].|\x1b[^\\[()]|[^\x1b]", re.DOTALL)

    def __init__(self, rows, columns):
        self.columns = columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.last = " "
        self.rest = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        at = 0
        while token := self.TOKEN.match(text, at):
            at = token.end()
            if token[2]:
                self.control(token[2], [int(n) for n in re.findall("[0-9]+", token[1])])
            elif len(token[0]) == 1:
                self.put(token[0])
        self.rest = text[at:]

    def line(self):
        """The row of the cursor."""
        self.row = max(0, min(self.row, len(self.cells) - 1))
        return self.cells[self.row]

    def put(self, letter):
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.row += 1
        elif letter == "\b":
            self.column -= 1
        elif letter >= " ":
            self.fill(letter, 1)
            self.column += 1
            self.last = letter

    def fill(self, letter, count):
        end = min(self.column + count, self.columns)
        self.line()[self.column:end] = [letter] * (end - self.column)

    def control(self, name, numbers):
        count = numbers[0] if numbers else 1
        if name == "H":
            self.row, self.column = [n - 1 for n in (numbers + [1, 1])[:2]]
        elif name == "G":
            self.column = count - 1
        elif name == "d":
            self.row = count - 1
        elif name in "AB":
            self.row += count if name == "B" else -count
        elif name in "CD":
            self.column += count if name == "C" else -count
        elif name == "b":
            self.fill(self.last, count)
            self.column += count
        else:
            self.change_line(name, numbers, count)

    def change_line(self, name, numbers, count):
        """Of the row of the cursor, or from there on."""
        line, end = self.line(), self.columns
        if name == "X":
            self.fill(" ", count)
        elif name == "K":
            begin, end = (0, self.column + 1) if numbers == [1] else (self.column, end)
            line[begin:end] = [" "] * (end - begin)
        elif name == "J":
            for row in self.cells[0 if numbers == [2] else self.row + 1:]:
                row[:] = [" "] * self.columns
            line[self.column:] = [" "] * (end - self.column)
        elif name == "P":
            line[self.column:] = (line[self.column + count:] + [" "] * count)[:end - self.column]
        elif name == "@":
            line[self.column:] = ([" "] * count + line[self.column:])[:end - self.column]

    def text(self, row=0):
        return "".join(self.cells[row])


def take_terminal(fd):
    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)


def start_screen(command):
    """The process, and our end of its terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", SCREEN_ROWS, SCREEN_COLUMNS, 0, 0))
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                             env=ENVIRONMENT, preexec_fn=lambda: take_terminal(theirs))
    os.close(theirs)
    return child, ours


def screen(command, sample=False):
    """As run, in a terminal, of a program that ends without a key."""
    peak = 0
    began = time.monotonic()
    child, ours = start_screen(command)
    terminal = Terminal(SCREEN_ROWS, SCREEN_COLUMNS)
    try:
        while True:
            if sample:
                peak = max(peak, private_bytes(child.pid))
            if select.select([ours], [], [], SAMPLE if sample else 1)[0]:
                terminal.feed(os.read(ours, 65536))
            if time.monotonic() - began > SCREEN_LIMIT:
                child.kill()
    except OSError:  # the other end is closed: it has ended
        child.wait()
    finally:
        os.close(ours)
    seconds = time.monotonic() - began
    if child.returncode != 0:
        raise Failed("%s: exit %d; its first row: %s" % (" ".join(command), child.returncode, terminal.text().strip()))
    return seconds, peak


class Keys:
    """Types keys into a screen while it loads, each when the one before is answered, as far as one sees that: in the
    list's title stands which row is chosen, in another title which session is shown below."""
    CHOSEN = re.compile("Sessions ([0-9,]+) of ")
    SHOWN = re.compile("Timeline of session ([0-9]+)")
    KEYS = "jjkGkgjj"  # none leaves the chosen row where it was

    def __init__(self):
        self.terminal = Terminal(SCREEN_ROWS, SCREEN_COLUMNS)
        self.began = time.monotonic()
        self.first_rows = None  # seconds until there are some
        self.painted, self.answered = [], []  # seconds of each key until the row is chosen, and until all is shown
        self.sent = self.is_painted = None
        self.before = None
        self.count = 0

    def find(self, what):
        found = filter(None, (what.search(self.terminal.text(row)) for row in range(SCREEN_ROWS)))
        return next((f[1] for f in found), None)

    def look(self):
        """The row that is chosen, and the session that is shown."""
        return self.find(self.CHOSEN), self.find(self.SHOWN)

    def note(self):
        now = time.monotonic()
        chosen, shown = self.look()
        if self.first_rows is None and chosen is not None:
            self.first_rows = now - self.began
        if self.sent is None:
            return
        if not self.is_painted and chosen != self.before[0]:
            self.is_painted = True
            self.painted.append(now - self.sent)
        if self.is_painted and shown not in (None, self.before[1]):
            self.answered.append(now - self.sent)
            self.sent = None

    def next(self):
        """The next key, when the one before is answered; else none."""
        if self.sent is not None or self.first_rows is None:
            return b""
        self.before = self.look()
        self.is_painted = False
        self.sent = time.monotonic()
        self.count += 1
        return self.KEYS[(self.count - 1) % len(self.KEYS)].encode()


def keys(command):
    """Runs a program that loads into its screen, and ends by q, and returns Keys of what it did until it had loaded."""
    typed = Keys()
    child, ours = start_screen(command)
    is_loaded = False
    try:
        while True:
            if select.select([ours], [], [], 1)[0]:
                typed.terminal.feed(os.read(ours, 65536))
                typed.note()
            if not is_loaded:
                is_loaded = "  loaded " in typed.terminal.text()
                os.write(ours, b"q" if is_loaded else typed.next())
            if time.monotonic() - typed.began > SCREEN_LIMIT:
                child.kill()
    except OSError:  # the other end is closed: it has ended
        child.wait()
    finally:
        os.close(ours)
    if child.returncode != 0 or not typed.answered:
        raise Failed("%s: exit %d, %d keys answered" % (" ".join(command), child.returncode, len(typed.answered)))
    return typed
