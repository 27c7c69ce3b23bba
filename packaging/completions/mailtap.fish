# Completion of mailtap for fish. What stands between "begin" and "end" comes from the program's table of options, by
# "make docs".

function __mailtap_interfaces
    set -l words (commandline -opc)
    $words[1] -D 2>/dev/null | string match -r '^\S+'
end

# Whether the cursor is in the command behind "keylog ... --".
function __mailtap_has_command
    set -l words (commandline -opc)
    test "$words[2]" = keylog; and contains -- -- $words
end

# That command is completed as it is alone.
function __mailtap_complete_command
    set -l words (commandline -opc) (commandline -ct)
    set -l dashes (contains -i -- -- $words)
    complete -C (string join -- ' ' (string escape -- $words[(math $dashes + 1)..-2]) $words[-1])
end

complete -c mailtap -f
complete -c mailtap -n __fish_is_first_arg -a keylog -d 'run a command and read its sessions in TLS'
complete -c mailtap -n __mailtap_has_command -a '(__mailtap_complete_command)'
# begin fish-options
complete -c mailtap -s i -l interface -x -a '(__mailtap_interfaces)' -d 'capture on this interface'
complete -c mailtap -s D -l list-interfaces -d 'list the interfaces and exit'
complete -c mailtap -s r -l read -r -F -d 'read a capture: pcap, pcapng, also by gzip, zstd or lz4'
complete -c mailtap -l observer -x -d 'name of the sensor that captures what is named by -r or -i after it'
complete -c mailtap -s w -l write -r -F -d 'also write the captured packets to FILE (- is standard output, without a screen)'
complete -c mailtap -l follow -d 'read on as the file grows, until the program is ended'
complete -c mailtap -l load-and-quit -d 'with the screen: quit as soon as the files are loaded and all that it shows is made'
complete -c mailtap -l rotate -x -d 'spread -w and --json-file over several files: a new one at a size (500k, 100M, 1G) or after a time (60s, 10m, 1h)'
complete -c mailtap -l keep -x -d 'with --rotate: keep the last N files, delete older ones of this run'
complete -c mailtap -s P -l port -x -a 'smtp= lmtp= pop3= imap=' -d 'ports of a protocol, such as smtp=25;125 or pop3=110;1110'
complete -c mailtap -s o -l save-dir -x -a '(__fish_complete_directories)' -d 'save every finished mail in DIR, without asking'
complete -c mailtap -l format -x -a 'eml mbox maildir' -d 'how mails are saved: eml, mbox or maildir'
complete -c mailtap -s N -l no-ui -d 'no screen: print a line for each finished command and mail'
complete -c mailtap -l json -a '(__fish_append , session command mail diagnosis capture)' -d 'no screen: JSON lines'
complete -c mailtap -l json-file -r -F -d 'JSON lines into FILE instead of standard output, also beside the screen, -N, --report or --stats'
complete -c mailtap -l report -d 'no screen: a report for each session at the end'
complete -c mailtap -l stats -d 'no screen: at the end tables of servers, clients, users, domains, programs, commands, codes, findings'
complete -c mailtap -l session -x -d 'open, or put out, save and write with -w, one session only: its network.community_id, with its mailtap.session_start where several have that id'
complete -c mailtap -l filter -x -d 'only sessions that pass, on the screen and in what is put out and saved: failed from:alice slow>1s'
complete -c mailtap -l details -d 'parse each mail whole: attachments and hashes in the JSON'
complete -c mailtap -l show-secrets -d 'show passwords instead of ********'
complete -c mailtap -l keylog -r -F -d 'TLS secrets, as SSLKEYLOGFILE has them written: a file, followed as it grows, a FIFO or a unix socket'
complete -c mailtap -s n -l numeric -d 'never show host names'
complete -c mailtap -s c -l count -x -d 'stop after N packets'
complete -c mailtap -l no-promiscuous -d 'see only this machine'\''s own traffic on named interfaces'
complete -c mailtap -s B -l buffer -x -d 'size of the kernel'\''s capture buffer in MiB'
complete -c mailtap -l replay -d 'play the file as if it were happening, or SPEED times as fast'
complete -c mailtap -s f -l config -r -F -d 'read this configuration instead of the user'\''s'
complete -c mailtap -l sandbox-check -d 'say what protects this process on this machine, and exit'
complete -c mailtap -s h -l help -d 'show this help and exit'
complete -c mailtap -s V -l version -d 'show the version and exit'
# end fish-options
