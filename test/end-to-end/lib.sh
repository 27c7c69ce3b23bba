# shellcheck shell=bash
# What the end-to-end tests in shell share. A test is a function; check runs it in a subshell with set -e, in an empty
# directory of its own, and prints a line. The first command that fails is the finding.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# read by those who source this
# shellcheck disable=SC2034
captures=$here/../lab/captures
scratch=$(mktemp -d /tmp/mailtap-test.XXXXXX)
failures=0

remove_scratch() {
	umount "$scratch"/*/full 2>/dev/null
	rm -rf "$scratch"
}
trap remove_scratch EXIT

capture_of() { echo "$captures/$1/capture.pcap"; }
sent_of() { echo "$captures/$1/sent-${2:-1}.eml"; }

wrong() {
	echo "$*" >&2
	return 1
}

# Runs mailtap: standard output to out, standard error to err; its exit status must be the one given.
mailtap() { # status arguments...
	local want=$1 got=0
	shift
	timeout 180 "$MAILTAP" "$@" >out 2>err || got=$?
	[ "$got" = "$want" ] || wrong "mailtap $*: exit $got, not $want; $(head -c 500 err)"
}

# Standard error must be this one line, and nothing of the sanitizers; an extended regular expression.
says() {
	[ "$(wc -l <err)" -eq 1 ] || wrong "not one line on standard error: $(cat err)"
	grep -Eq "^mailtap: .*$1" err || wrong "expected /$1/ on standard error: $(cat err)"
}

silent() { [ ! -s err ] || wrong "on standard error: $(cat err)"; }
prints() { grep -Eq -- "$1" out || wrong "expected /$1/ on standard output: $(head -c 1000 out)"; }
prints_not() { ! grep -Eq -- "$1" out || wrong "/$1/ must not be on standard output"; }
files_in() { find "$1" -type f | wc -l; }
same_files() { cmp "$1" "$2" || wrong "$1 differs from $2"; }

# The same records, whatever file they were read from.
same_records() {
	without_file "$1" >"$1.compared"
	without_file "$2" >"$2.compared"
	same_files "$1.compared" "$2.compared"
}
without_file() { sed -E 's/"capture":\{"file":"[^"]*"\},//' "$1"; }

# python3 expression over `records`, the JSON lines of out, and `of(dataset)`; it must be true
json() {
	python3 - "$1" <<'END' || wrong "not so: $1"
import json, sys
records = [json.loads(line) for line in open("out", encoding="utf-8")]
def of(dataset):
    return [r for r in records if r["event"]["dataset"] == "mailtap." + dataset]
sys.exit(0 if eval(sys.argv[1]) else 1)
END
}

# Not the left side of ||, nor an if's condition: bash would ignore set -e in it.
check() { # what function
	local dir=$scratch/$2 status
	mkdir -p "$dir"
	(
		set -e
		cd "$dir"
		"$2"
	) >"$dir.log" 2>&1
	status=$?
	if [ $status = 0 ]; then
		echo "ok    $1"
	else
		echo "FAIL  $1"
		sed 's/^/      /' "$dir.log"
		failures=$((failures + 1))
	fi
}

finish_checks() { [ $failures = 0 ]; }
