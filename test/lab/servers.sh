# shellcheck shell=bash disable=SC2154
# Postfix and Dovecot in the server's namespace, and a Postfix in the client's that relays to it. Sourced after
# network.sh. All their configuration, queues, sockets, mail and logs lie under $lab; the machine's own are not touched.
# Lines in $dovecot_more and $postfix_more are added to the servers' configuration.
# Users of example.com: alice, bob and carol, password as in password_of; dave has none and no mailbox.

password_of() { echo "geheim-$1-7"; }
mail_uid=$(id -u nobody) mail_gid=$(id -g nobody)

maildir_of() { echo "$lab/mail/$1/Maildir"; }

postfix_config() { # instance directory, what stands in both
	mkdir -p "$1/config" "$1/data" "$1/queue"/{public,private}
	chown postfix "$1/data" "$1/queue"/{public,private}
	chgrp postdrop "$1/queue/public"
	chmod 710 "$1/queue/public"
	cat >"$1/config/main.cf" <<END
compatibility_level = 3.6
queue_directory = $1/queue
data_directory = $1/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = $1/log
maillog_file_prefixes = $1
myhostname = $2
mydestination =
alias_maps =
inet_interfaces = all
inet_protocols = all
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtputf8_enable = no
local_recipient_maps =
END
	cat >"$1/config/master.cf" <<END
smtp      inet  n - n - - smtpd
postlog   unix-dgram n - n - 1 postlogd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
smtp      unix  - - n - - smtp
error     unix  - - n - - error
virtual   unix  - n n - - virtual
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
tlsmgr    unix  - - n 1000? 1 tlsmgr
END
}

postfix_server_up() {
	local dir=$lab/postfix
	postfix_config "$dir" mail.example.com
	cat >>"$dir/config/main.cf" <<END
virtual_mailbox_domains = example.com
virtual_mailbox_base = $lab/mail
virtual_mailbox_maps = inline:{ alice@example.com=alice/Maildir/, bob@example.com=bob/Maildir/, carol@example.com=carol/Maildir/ }
virtual_uid_maps = static:$mail_uid
virtual_gid_maps = static:$mail_gid
mynetworks = 127.0.0.0/8
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
default_transport = error:relayed mail ends here
smtpd_tls_security_level = may
smtpd_tls_cert_file = $dir/cert
smtpd_tls_key_file = $dir/key
smtpd_tls_loglevel = 0
${postfix_more:-}
END
	echo '125       inet  n - n - - smtpd' >>"$dir/config/master.cf"
	in_server postfix -c "$dir/config" start 2>"$dir/start.log" || cat "$dir/start.log" >&2
	wait_for "postfix's port 25" in_server bash -c "exec 3<>/dev/tcp/$server4/25"
}

# A mail server at the client's side: it relays whatever it is given to the server's.
postfix_client_up() {
	local dir=$lab/relay
	postfix_config "$dir" relay.example.org
	cat >>"$dir/config/main.cf" <<END
mynetworks = 127.0.0.0/8
relayhost = [$server4]
debug_peer_list = $server4
debug_peer_level = 1
inet_protocols = ipv4
smtp_skip_quit_response = no
END
	in_client postfix -c "$dir/config" start 2>"$dir/start.log" || cat "$dir/start.log" >&2
	wait_for "the relay's port 25" in_client bash -c "exec 3<>/dev/tcp/127.0.0.1/25"
}

dovecot_users() {
	local user
	for user in alice bob carol; do
		echo "$user:{PLAIN}$(password_of $user):$mail_uid:$mail_gid::$lab/mail/$user::"
		echo "$user@example.com:{PLAIN}$(password_of $user):$mail_uid:$mail_gid::$lab/mail/$user::"
		mkdir -p "$(maildir_of $user)"/{new,cur,tmp}
	done
	chown -R "$mail_uid:$mail_gid" "$lab/mail"
}

# Both servers'.
make_certificate() {
	mkdir -p "$lab/postfix"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.example.com -keyout "$lab/postfix/key" \
		-out "$lab/postfix/cert" 2>/dev/null
}

dovecot_up() {
	local dir=$lab/dovecot
	mkdir -p "$dir" "$lab/mail" "$lab/postfix/queue/private"
	dovecot_users >"$dir/users"
	cat >"$dir/dovecot.conf" <<END
base_dir = $dir/run
state_dir = $dir/state
instance_name = mailtap-lab
protocols = imap pop3 lmtp
listen = *, ::
log_path = $dir/log
ssl = yes
ssl_cert = <$lab/postfix/cert
ssl_key = <$lab/postfix/key
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 apop
auth_failure_delay = 0
hostname = mail.example.com
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = scheme=PLAIN $dir/users
}
userdb {
  driver = passwd-file
  args = $dir/users
}
service auth {
  unix_listener $lab/postfix/queue/private/auth {
    mode = 0666
  }
}
service lmtp {
  inet_listener lmtp {
    port = 24
  }
}
protocol imap {
  mail_plugins = imap_zlib
}
service pop3-login {
  inet_listener pop3s {
    port = 995
    ssl = yes
  }
}
${dovecot_more:-}
END
	in_server dovecot -c "$dir/dovecot.conf" || cat "$dir/log" >&2
	wait_for "dovecot's port 110" in_server bash -c "exec 3<>/dev/tcp/$server4/110"
	wait_for "dovecot's port 143" in_server bash -c "exec 3<>/dev/tcp/$server4/143"
}

servers_up() {
	make_certificate
	dovecot_up
	postfix_server_up
}

servers_down() {
	[ -n "$lab" ] || return 0
	[ ! -e "$lab/dovecot/run/master.pid" ] || in_server doveadm -c "$lab/dovecot/dovecot.conf" stop
	[ ! -d "$lab/postfix" ] || in_server postfix -c "$lab/postfix/config" stop 2>/dev/null
	[ ! -d "$lab/relay" ] || in_client postfix -c "$lab/relay/config" stop 2>/dev/null
	return 0
}

delivered() { find "$(maildir_of "$1")/new" -type f | sort; }
delivered_count() { delivered "$1" | wc -l; }
empty_mailbox() { find "$(maildir_of "$1")" -type f -delete; }

put_in_mailbox() { # user file...: mails with CRLF go, in this order, into the mailbox as a server would have stored them
	local user=$1 file target number=0
	shift
	for file; do
		number=$((number + 1))
		target=$(maildir_of "$user")/new/$number.lab
		tr -d '\r' <"$file" >"$target"
		chown "$mail_uid:$mail_gid" "$target"
	done
}
