"""Figures of "measure": the committed ones, and what is worse than these."""
import collections
import re

MARGIN = 1.1
SMALL_MB = 1  # which nobody misses
HEAD = "# Written by make bench-commit; make docs puts it into the README.\n"
TITLE = "%-12s %-22s %9s %11s" % ("file", "run", "ratio", "private MB")

# ratio: to what the run is held against, see measure; target and target_mb may be None
Figure = collections.namedtuple("Figure", "file run ratio mb target target_mb", defaults=(None, None))


def read(path):
    """What was committed, by file and run; nothing where there is no such file."""
    try:
        with open(path, encoding="utf-8") as f:
            rows = re.findall(r"^(\S+) +(\S+) +([0-9.]+) +([0-9.]+)$", f.read(), re.MULTILINE)
    except FileNotFoundError:
        return {}
    return {(file, run): Figure(file, run, float(ratio), float(mb)) for file, run, ratio, mb in rows}


def text(figures, machine):
    lines = ["%-12s %-22s %9.2f %11.1f" % (f.file, f.run, f.ratio, f.mb) for f in figures]
    return HEAD + "\n".join([machine, "", TITLE, *lines]) + "\n"


def change(new, old):
    """In percent."""
    return 100 * (new / old - 1)


def is_ours(figure):
    """Others' programs are shown, not judged."""
    return figure.run.startswith("--") or figure.run == "screen"


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


def missed(figures):
    return [f for f in figures if misses(f.ratio, f.target) or misses(f.mb, f.target_mb)]


GOOD, WORSE, BUSY = 0, 1, 3


def verdict(figures, last, busy_percent, busy_limit):
    """What is to be said at the end, and the exit status."""
    if busy_percent > busy_limit:
        return ["machine is busy (%.0f %% by others): figures are not judged" % busy_percent], BUSY
    said, status = [], GOOD
    for what, rows in (("slower than committed by more than 10 %", slower(figures, last)),
                       ("more memory than committed by more than 10 %", larger(figures, last)),
                       ("target missed by more than 10 %", missed(figures))):
        if rows:
            said.append("%s: %s" % (what, ", ".join("%s %s" % (f.file, f.run) for f in rows)))
            status = WORSE if "committed" in what else status
    return said, status
