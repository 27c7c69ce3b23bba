"""Figures of "measure": the committed ones, and what is worse than these."""
import collections
import re
import statistics

MARGIN = 1.1
SMALL_MB = 1  # which nobody misses
HEAD = "# Written by make bench-commit; make docs puts it into the README.\n"
TITLE = "%-12s %-22s %9s %11s" % ("file", "run", "ratio", "private MB")

# ratio: to what the run is held against, see measure; target and target_mb may be None
Figure = collections.namedtuple("Figure", "file run ratio mb target target_mb", defaults=(None, None))


# How long somebody waits, in milliseconds: half of the times, at 99 %, and the longest; target_ms is of 99 %.
Wait = collections.namedtuple("Wait", "file what median_ms p99_ms longest_ms target_ms", defaults=(None,))
WAIT_TITLE = "%-12s %-22s %9s %11s %11s" % ("file", "waited for", "median ms", "99 % ms", "longest ms")


def rows_of(path, columns):
    try:
        with open(path, encoding="utf-8") as f:
            return re.findall(r"^(\S+) +(\S+)" + columns * r" +([0-9.]+)" + "$", f.read(), re.MULTILINE)
    except FileNotFoundError:
        return []


def read(path):
    """What was committed, by file and run; nothing where there is no such file."""
    return {(file, run): Figure(file, run, float(ratio), float(mb)) for file, run, ratio, mb in rows_of(path, 2)}


def read_waits(path):
    """Likewise, by file and what was waited for."""
    return {(file, what): Wait(file, what, *map(float, times)) for file, what, *times in rows_of(path, 3)}


def wait(file, what, seconds, target_ms):
    times = sorted(1000 * s for s in seconds)
    return Wait(file, what, statistics.median(times), times[min(len(times) - 1, len(times) * 99 // 100)], times[-1],
                target_ms)


def wait_text(w):
    return "%-12s %-22s %9.1f %11.1f %11.1f" % w[:5]


def text(figures, waits, machine):
    lines = ["%-12s %-22s %9.2f %11.1f" % (f.file, f.run, f.ratio, f.mb) for f in figures]
    if waits:
        lines += ["", WAIT_TITLE, *map(wait_text, waits)]
    return HEAD + "\n".join([machine, "", TITLE, *lines]) + "\n"


def change(new, old):
    """In percent."""
    return 100 * (new / old - 1)


def is_ours(figure):
    """Others' programs are shown, not judged."""
    return figure.run.startswith("--") or figure.run.startswith("screen")


def beside(figures, last):
    """Those of ours that can be compared, each with the last."""
    return [(f, last[f.file, f.run]) for f in figures if is_ours(f) and (f.file, f.run) in last]


def slower(figures, last):
    return [f for f, old in beside(figures, last) if f.ratio > MARGIN * old.ratio]


def larger(figures, last):
    return [f for f, old in beside(figures, last) if f.mb > max(MARGIN * old.mb, old.mb + SMALL_MB)]


def misses(value, target):
    """A target is met within what the measure of all, tcpdump, varies by."""
    return target is not None and value > MARGIN * target


def missed(figures, waits):
    return ([f"{f.file} {f.run}" for f in figures if misses(f.ratio, f.target) or misses(f.mb, f.target_mb)] +
            [f"{w.file} {w.what}" for w in waits if misses(w.p99_ms, w.target_ms)])


def names(figures):
    return [f"{f.file} {f.run}" for f in figures]


GOOD, WORSE, BUSY = 0, 1, 3


def verdict(figures, waits, last, busy_percent, busy_limit):
    """What is to be said at the end, and the exit status."""
    if busy_percent > busy_limit:
        return ["machine is busy (%.0f %% by others): figures are not judged" % busy_percent], BUSY
    said, status = [], GOOD
    for what, rows in (("slower than committed by more than 10 %", names(slower(figures, last))),
                       ("more memory than committed by more than 10 %", names(larger(figures, last))),
                       ("target missed by more than 10 %", missed(figures, waits))):
        if rows:
            said.append("%s: %s" % (what, ", ".join(rows)))
            status = WORSE if "committed" in what else status
    return said, status
