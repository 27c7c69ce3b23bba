# shellcheck shell=bash
# Completion of mailtap for bash. What stands between "begin" and "end" comes from the program's table of options, by
# "make docs".

_mailtap_options=(
	# begin bash-options
	-i --interface
	-D --list-interfaces
	-r --read
	--observer
	-w --write
	--follow
	--load-and-quit
	--rotate
	--keep
	-P --port
	-o --save-dir
	--format
	-N --no-ui
	--json
	--json-file
	--report
	--stats
	--session
	--filter
	--details
	--show-secrets
	--keylog
	-n --numeric
	-c --count
	--no-promiscuous
	-B --buffer
	--replay
	-f --config
	--sandbox-check
	-h --help
	-V --version
	# end bash-options
)

# Readline completes names of files itself, as the option of compopt says.
_mailtap_files() {
	compopt -o "$1"
}

_mailtap_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# More follows the word, without a blank.
_mailtap_begun() {
	compopt -o nospace
	_mailtap_words "$1"
}

# The last word of a list with commas.
_mailtap_list() {
	local before=
	[[ $cur != *,* ]] || before=${cur%,*},
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
}

_mailtap_interfaces() {
	local name
	"$1" -D 2>/dev/null | while read -r name _; do echo "$name"; done
}

# The command behind "keylog ... --": as it is completed alone, where that is known.
_mailtap_command() {
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$1"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	elif [ "$COMP_CWORD" -eq "$1" ]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	else
		compopt -o default
	fi
}

_mailtap() {
	local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} equals='' i
	COMPREPLY=()
	if [[ ${COMP_WORDS[1]} == keylog ]]; then
		for ((i = 2; i < COMP_CWORD; i++)); do
			[[ ${COMP_WORDS[i]} == -- ]] || continue
			_mailtap_command $((i + 1))
			return
		done
	fi
	# readline splits at "="
	if [[ $cur == = ]]; then
		cur='' equals='='
	elif [[ $option == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]} equals='='
	fi
	case $option$equals in
	# begin bash-arguments
	-i | --interface | --interface=) _mailtap_words "$(_mailtap_interfaces "$1")" ;;
	-r | --read | --read=) _mailtap_files default ;;
	--observer | --observer=) ;;
	-w | --write | --write=) _mailtap_files default ;;
	--rotate | --rotate=) ;;
	--keep | --keep=) ;;
	-P | --port | --port=) _mailtap_begun "smtp= lmtp= pop3= imap=" ;;
	-o | --save-dir | --save-dir=) _mailtap_files dirnames ;;
	--format | --format=) _mailtap_words "eml mbox maildir" ;;
	--json=) _mailtap_list "session command mail diagnosis capture" ;;
	--json-file | --json-file=) _mailtap_files default ;;
	--session | --session=) ;;
	--filter | --filter=) ;;
	--keylog | --keylog=) _mailtap_files default ;;
	-c | --count | --count=) ;;
	-B | --buffer | --buffer=) ;;
	--replay=) ;;
	-f | --config | --config=) _mailtap_files default ;;
	# end bash-arguments
	*)
		if [[ $cur == -* ]]; then
			_mailtap_words "${_mailtap_options[*]}"
		elif [ "$COMP_CWORD" = 1 ]; then
			_mailtap_words keylog
		fi
		;;
	esac
}

complete -F _mailtap mailtap
