# shellcheck shell=bash disable=SC2034,SC2154
# What the tests of libmailtap-keylog.so in other programs share. Sourced after lib.sh; network.sh is needed as well.

library=$(realpath "${KEYLOG_LIBRARY:-$here/../../libmailtap-keylog.so}")

begin_capture() {
	rm -f capture.pcap client-keys
	in_client tcpdump -U --immediate-mode -i mail0 -w capture.pcap 'tcp' 2>tcpdump.log &
	capture_pid=$!
	wait_for "tcpdump" grep -q listening tcpdump.log
}

# Ends when both ends of each connection have said good-bye.
end_capture() {
	local child
	wait_for "the end of the connections" no_connections
	child=$(cut -d' ' -f1 "/proc/$capture_pid/task/$capture_pid/children")
	kill -INT "${child:-$capture_pid}"
	wait "$capture_pid" || true
}
no_connections() { [ -z "$(in_client ss -Htn state established)" ] && [ -z "$(in_server ss -Htn state established)" ]; }

# Nothing but the log given opens the session.
reads_with() { # key log
	[ -s "$1" ] || wrong "no line of a key log was written"
	[ "$(stat -c %a "$1")" = 600 ] || wrong "the mode of the key log is $(stat -c %a "$1")"
	! grep -v '^#' "$1" | grep -Ev '^[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64,96}$' >other || wrong "in the key log: $(head -n 2 other)"
	mailtap 0 -r capture.pcap --json --details --show-secrets
	json "of('session') and all(s['mailtap']['tls'] == {'decrypted': False, 'reason': 'no-key'} for s in of('session'))"
	mailtap 0 -r capture.pcap --keylog "$1" --json --details --show-secrets
	silent
	json "of('session') and all(s['mailtap']['tls']['decrypted'] and 'reason' not in s['mailtap']['tls'] for s in of('session'))"
}

has_verbs() { # verb...
	local verb
	for verb; do
		json "'$verb' in [c['mailtap']['verb'].upper() for c in of('command')]"
	done
}

has_mail() { # sha256 of its bytes
	json "[m['mailtap']['sha256'] for m in of('mail')] == ['$1']"
}
