# shellcheck shell=bash
# Two network namespaces with a cable between them: a client's (192.0.2.10, 2001:db8::10) and a server's (192.0.2.25,
# 2001:db8::25). Sourced; network_up makes them and $lab, a directory for whatever runs in them; network_down ends what
# was started with start, removes both, and is run on exit. Nothing outside the namespaces is changed.

lab=
client_ns=mailtap-client-$$
server_ns=mailtap-server-$$
client4=192.0.2.10 server4=192.0.2.25
# read by those who source this
# shellcheck disable=SC2034
client6=2001:db8::10 server6=2001:db8::25
started=()

in_client() { ip netns exec "$client_ns" "$@"; }
in_server() { ip netns exec "$server_ns" "$@"; }

# Runs a command in a namespace beside this script; network_down ends it at the latest. Its pid is $!.
start() { # client|server command...
	local ns=${1}_ns
	shift
	ip netns exec "${!ns}" "$@" &
	started+=($!)
}

finish() { # signal pid: ends what start began, waits until it is gone, returns its status
	kill -"$1" "$2" 2>/dev/null || true
	wait "$2"
}

# Tries a command every 20 ms for 20 s until it succeeds: nothing in these scripts sleeps for a guessed time.
wait_for() { # what command...
	local what=$1 deadline=$((SECONDS + 20))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ $SECONDS -ge $deadline ]; then
			echo "lab: waited 20 s in vain for $what" >&2
			return 1
		fi
		sleep 0.02
	done
}

network_up() {
	local ns
	if ! ip netns add "$client_ns" || ! ip netns add "$server_ns"; then
		echo "lab: cannot make a network namespace: this needs root and a kernel that lets it (ip netns add)" >&2
		return 1
	fi
	lab=$(mktemp -d /tmp/mailtap-lab.XXXXXX)
	chmod 755 "$lab"
	ip -n "$client_ns" link add mail0 type veth peer name mail0 netns "$server_ns"
	ip -n "$client_ns" address add $client4/24 dev mail0
	ip -n "$client_ns" address add $client6/64 dev mail0 nodad
	ip -n "$server_ns" address add $server4/24 dev mail0
	ip -n "$server_ns" address add $server6/64 dev mail0 nodad
	for ns in "$client_ns" "$server_ns"; do
		ip -n "$ns" link set lo up
		ip -n "$ns" link set mail0 up
	done
}

network_down() {
	local pid
	set +e
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	declare -F servers_down >/dev/null && servers_down
	ip netns delete "$client_ns" 2>/dev/null
	ip netns delete "$server_ns" 2>/dev/null
	[ -z "$lab" ] || rm -rf "$lab"
	return 0
}
trap network_down EXIT
