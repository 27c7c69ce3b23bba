#include "mail/imap_mails.h"

#include "../main.h"
#include "play.h"

#define SELECTED      "S: * OK hi\nC: a1 SELECT INBOX\nS: * 9 EXISTS\nS: a1 OK done\n"
#define SELECTED_SAID "(greeting): OK hi\na1 SELECT INBOX: OK done [EXISTS 1] / 9 EXISTS\n"

static const struct script_vector vectors[] = {
	{"FETCH brings mails whole", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3:4 BODY[]\nS: * 3 FETCH (UID 7 FLAGS (\\\\Seen $x) BODY[] {4}\nS| 0123\nS: )\n"
		  "S: * 4 FETCH (RFC822 {0}\nS: )\nS: a2 OK done\n",
	 SELECTED_SAID "mail 1 fetched retrieved \"0123\" reply OK number 3 uid 7 (\\Seen $x) in INBOX BODY[]\n"
		       "mail 2 fetched retrieved \"\" reply OK number 4 in INBOX RFC822\n"
		       "a2 FETCH 3:4 BODY[]: OK done [FETCH 2]\n"},
	{"what comes after the mail belongs to it", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 (BODY[] UID)\nS: * 3 FETCH (BODY[] {2}\nS| 01\n"
		  "S:  UID 7 INTERNALDATE \"27-Nov-2026 18:23:32 +0000\" FLAGS ())\nS: a2 OK done\n",
	 SELECTED_SAID "mail 1 fetched retrieved \"01\" reply OK number 3 uid 7 () of 27-Nov-2026 18:23:32 +0000 "
		       "in INBOX BODY[]\na2 FETCH 3 (BODY[] UID): OK done [FETCH 1]\n"},
	{"a quoted string", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]\nS: * 3 FETCH (BODY[] \"a\\\\\"b\\\\\\\\\" UID 7)\nS: a2 OK done\n",
	 SELECTED_SAID "mail 1 fetched retrieved \"a\"b\\\" reply OK number 3 uid 7 in INBOX BODY[]\n"
		       "a2 FETCH 3 BODY[]: OK done [FETCH 1]\n"},
	{"NIL is no mail", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]\nS: * 3 FETCH (BODY[] NIL)\nS: a2 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]: OK done [FETCH 1]\n"},
	{"other parts are no mails", PROTOCOL_IMAP, false,
	 SELECTED
	 "C: a2 FETCH 3 (BODY[1] BODY[TEXT])\nS: * 3 FETCH (BODY[1] {2}\nS| 01\nS:  BODY[TEXT] {2}\nS| 23\nS: )\n"
	 "S: a2 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 (BODY[1] BODY[TEXT]): OK done [FETCH 1]\n"},
	{"the connection ends in a mail", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]\nS: * 3 FETCH (UID 7 BODY[] {4}\nS| 01\n",
	 SELECTED_SAID "mail 1 fetched aborted \"01\" incomplete number 3 uid 7 in INBOX BODY[] cut 2\n"
		       "a2 FETCH 3 BODY[]: (none)\n"},
	{"a hole in a mail", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]\nS: * 3 FETCH (UID 7 BODY[] {4}\nS| 01\nS~ 1\nS| 3\nS: )\nS: a2 OK done\n",
	 SELECTED_SAID
	 "mail 1 fetched retrieved \"01?3\" missing 1 incomplete reply OK number 3 uid 7 in INBOX BODY[]\n"
	 "a2 FETCH 3 BODY[]: OK done [FETCH 1]\n"},
	{"chunks, the last one shorter than asked for", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 UID FETCH 7 BODY.PEEK[]<0.3>\nS: * 3 FETCH (UID 7 BODY[]<0> {3}\nS| 012\nS: )\nS: a2 OK done\n"
		  "C: a3 NOOP\nS: a3 OK done\n"
		  "C: a4 UID FETCH 7 BODY.PEEK[]<3.3>\nS: * 3 FETCH (UID 7 FLAGS (x) BODY[]<3> {2}\nS| 34\nS: )\n"
		  "S: a4 NO perhaps\n",
	 SELECTED_SAID "a2 UID FETCH 7 BODY.PEEK[]<0.3>: OK done [FETCH 1]\na3 NOOP: OK done\n"
		       "mail 1 fetched retrieved \"01234\" reply NO number 3 uid 7 (x) in INBOX BODY[]<> 2\n"
		       "a4 UID FETCH 7 BODY.PEEK[]<3.3>: NO perhaps [FETCH 1]\n"},
	{"chunks up to the size that was told before", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 1:9 RFC822.SIZE\nS: * 3 FETCH (RFC822.SIZE 4)\nS: a2 OK done\n"
		  "C: a3 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (BODY[]<0> {2}\nS| 01\nS: )\nS: a3 OK done\n"
		  "C: a4 FETCH 3 BODY[]<2.2>\nS: * 3 FETCH (BODY[]<2> {2}\nS| 23\nS: )\nS: a4 OK done\n",
	 SELECTED_SAID "a2 FETCH 1:9 RFC822.SIZE: OK done [FETCH 1]\na3 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"0123\" reply OK number 3 in INBOX BODY[]<> 2\n"
		       "a4 FETCH 3 BODY[]<2.2>: OK done [FETCH 1]\n"},
	{"several chunks asked for at once", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nC: a3 FETCH 3 BODY[]<2.2>\nC: a4 FETCH 3 BODY[]<4.2>\n"
		  "S: * 3 FETCH (BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "S: * 3 FETCH (BODY[]<2> {2}\nS| 23\nS: )\nS: a3 OK done\n"
		  "S: * 3 FETCH (BODY[]<4> \"\")\nS: a4 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\na3 FETCH 3 BODY[]<2.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"0123\" reply OK number 3 in INBOX BODY[]<> 3\n"
		       "a4 FETCH 3 BODY[]<4.2>: OK done [FETCH 1]\n"},
	{"chunks that do not fit are not joined", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 FETCH 3 BODY[]<3.2>\nS: * 3 FETCH (BODY[]<3> {1}\nS| 3\nS: )\nS: a3 OK done\n"
		  "C: a4 FETCH 4 BODY[]<2.2>\nS: * 4 FETCH (BODY[]<2> {1}\nS| 2\nS: )\nS: a4 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\na3 FETCH 3 BODY[]<3.2>: OK done [FETCH 1]\n"
		       "a4 FETCH 4 BODY[]<2.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"01\" incomplete reply OK number 3 in INBOX BODY[]<> 1\n"},
	{"a first chunk begins anew", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (BODY[]<0> {1}\nS| 0\nS: )\nS: a3 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"01\" incomplete reply OK number 3 in INBOX BODY[]<> 1\n"
		       "mail 2 fetched retrieved \"0\" reply OK number 3 in INBOX BODY[]<> 1\n"
		       "a3 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"},
	{"numbers go down where a message before is expunged", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 NOOP\nS: * 1 EXPUNGE\nS: * 5 EXPUNGE\nS: a3 OK done\n"
		  "C: a4 FETCH 3 BODY[]<2.2>\nS: * 3 FETCH (BODY[]<2> {1}\nS| x\nS: )\nS: a4 OK done\n"
		  "C: a5 FETCH 2 BODY[]<2.2>\nS: * 2 FETCH (BODY[]<2> {1}\nS| 2\nS: )\nS: a5 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"
		       "a3 NOOP: OK done [EXPUNGE 2] / 1 EXPUNGE / 5 EXPUNGE\n"
		       "a4 FETCH 3 BODY[]<2.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"012\" reply OK number 2 in INBOX BODY[]<> 2\n"
		       "a5 FETCH 2 BODY[]<2.2>: OK done [FETCH 1]\n"},
	{"a message that is expunged gets no more", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 NOOP\nS: * 3 EXPUNGE\nS: a3 OK done\n"
		  "C: a4 FETCH 3 BODY[]<2.2>\nS: * 3 FETCH (BODY[]<2> {1}\nS| x\nS: )\nS: a4 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"01\" incomplete reply OK number 3 in INBOX BODY[]<> 1\n"
		       "a3 NOOP: OK done [EXPUNGE 1] / 3 EXPUNGE\na4 FETCH 3 BODY[]<2.2>: OK done [FETCH 1]\n"},
	{"VANISHED moves numbers by UID", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (UID 7 BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 NOOP\nS: * VANISHED (EARLIER) 1:7\nS: * VANISHED 4,8:9\nS: a3 OK done\n"
		  "C: a5 FETCH 2 BODY[]<2.2>\nS: * 2 FETCH (BODY[]<2> {1}\nS| 2\nS: )\nS: a5 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"
		       "a3 NOOP: OK done [VANISHED 2] / VANISHED (EARLIER) 1:7 / VANISHED 4,8:9\n"
		       "mail 1 fetched retrieved \"012\" reply OK number 2 uid 7 in INBOX BODY[]<> 2\n"
		       "a5 FETCH 2 BODY[]<2.2>: OK done [FETCH 1]\n"},
	{"another mailbox has other messages", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (UID 7 BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 SELECT &AOk-\nS: a3 OK done\n"
		  "C: a4 FETCH 3 BODY[]<2.2>\nS: * 3 FETCH (UID 7 BODY[]<2> {1}\nS| x\nS: )\nS: a4 OK done\n"
		  "C: a5 FETCH 3 BODY[]\nS: * 3 FETCH (BODY[] {1}\nS| 0\nS: )\nS: a5 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"01\" incomplete reply OK number 3 uid 7 in INBOX BODY[]<> 1\n"
		       "a3 SELECT &AOk-: OK done\na4 FETCH 3 BODY[]<2.2>: OK done [FETCH 1]\n"
		       "mail 2 fetched retrieved \"0\" reply OK number 3 in \xc3\xa9 BODY[]\n"
		       "a5 FETCH 3 BODY[]: OK done [FETCH 1]\n"},
	{"the same mailbox again: UIDs stay", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]<0.2>\nS: * 3 FETCH (UID 7 BODY[]<0> {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 SELECT INBOX\nS: a3 OK done\n"
		  "C: a4 FETCH 4 BODY[]<2.2>\nS: * 4 FETCH (UID 7 BODY[]<2> {1}\nS| 2\nS: )\nS: a4 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[]<0.2>: OK done [FETCH 1]\na3 SELECT INBOX: OK done\n"
		       "mail 1 fetched retrieved \"012\" reply OK number 4 uid 7 in INBOX BODY[]<> 2\n"
		       "a4 FETCH 4 BODY[]<2.2>: OK done [FETCH 1]\n"},
	{"header and text make a mail", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 RFC822.HEADER\nS: * 3 FETCH (FLAGS (x) RFC822.HEADER {2}\nS| 01\nS: )\nS: a2 OK done\n"
		  "C: a3 FETCH 4 BODY[HEADER]\nS: * 4 FETCH (BODY[HEADER] {2}\nS| ab\nS: )\nS: a3 OK done\n"
		  "C: a4 FETCH 3 BODY[TEXT]\nS: * 3 FETCH (BODY[TEXT] {2}\nS| 23\nS: )\nS: a4 OK done\n"
		  "C: a5 FETCH 3 BODY[TEXT]\nS: * 3 FETCH (BODY[TEXT] {2}\nS| 23\nS: )\nS: a5 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 RFC822.HEADER: OK done [FETCH 1]\na3 FETCH 4 BODY[HEADER]: OK done [FETCH 1]\n"
		       "mail 1 fetched retrieved \"0123\" reply OK number 3 (x) in INBOX HEADER+TEXT\n"
		       "a4 FETCH 3 BODY[TEXT]: OK done [FETCH 1]\na5 FETCH 3 BODY[TEXT]: OK done [FETCH 1]\n"
		       "mail 2 previewed retrieved \"ab\" reply OK number 4 in INBOX HEADER\n"},
	{"the text may come first, and in one answer", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 (BODY[TEXT] BODY[HEADER])\nS: * 3 FETCH (BODY[TEXT] {2}\nS| 23\n"
		  "S:  BODY[HEADER] {2}\nS| 01\nS:  UID 7)\nS: a2 OK done\n",
	 SELECTED_SAID "mail 1 fetched retrieved \"0123\" reply OK number 3 uid 7 in INBOX HEADER+TEXT\n"
		       "a2 FETCH 3 (BODY[TEXT] BODY[HEADER]): OK done [FETCH 1]\n"},
	{"each pair once", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[HEADER]\nS: * 3 FETCH (BODY[HEADER] {1}\nS| 0\nS: )\nS: a2 OK done\n"
		  "C: a3 FETCH 3 BODY[HEADER]\nS: * 3 FETCH (BODY[HEADER] {1}\nS| 1\nS: )\nS: a3 OK done\n"
		  "C: a4 FETCH 3 BODY[TEXT]\nS: * 3 FETCH (BODY[TEXT] {1}\nS| 2\nS: )\nS: a4 OK done\n",
	 SELECTED_SAID "a2 FETCH 3 BODY[HEADER]: OK done [FETCH 1]\n"
		       "mail 1 previewed retrieved \"0\" reply OK number 3 in INBOX HEADER\n"
		       "a3 FETCH 3 BODY[HEADER]: OK done [FETCH 1]\n"
		       "mail 2 fetched retrieved \"12\" reply OK number 3 in INBOX HEADER+TEXT\n"
		       "a4 FETCH 3 BODY[TEXT]: OK done [FETCH 1]\n"},
	{"APPEND", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND Sent (\\\\Seen \\\\Draft) \"27-Nov-2026 18:23:32 +0000\" {4}\nS: + go\nC| 0123\nC: "
	 "\n"
	 "S: a1 OK [APPENDUID 1 77] done\n",
	 "(greeting): OK hi\n"
	 "mail 1 appended accepted \"0123\" reply OK uid 77 (\\Seen \\Draft) of 27-Nov-2026 18:23:32 +0000 in Sent\n"
	 "a1 APPEND Sent (\\Seen \\Draft) \"27-Nov-2026 18:23:32 +0000\" {4}: OK [APPENDUID 1 77] done {4} +1\n"},
	{"APPEND, the mailbox a literal", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND {5+}\nC| a b&-\nC:  {0+}\nC: \nS: a1 NO [TRYCREATE] no\n",
	 "(greeting): OK hi\nmail 1 appended rejected \"\" reply NO in a b&\n"
	 "a1 APPEND {5+} {0+}: NO [TRYCREATE] no {5 a b&-} {0}\n"},
	{"an APPEND that is refused before its mail came", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND Sent {4}\nS: a1 NO [OVERQUOTA] no\nC: a2 NOOP\nS: a2 OK done\n",
	 "(greeting): OK hi\na1 APPEND Sent {4}: NO [OVERQUOTA] no\na2 NOOP: OK done\n"},
	{"an APPEND that never ends, and one without an answer", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND Sent {2+}\nC| 01\nC: \nC: a2 APPEND Sent {4+}\nC| 01\n",
	 "(greeting): OK hi\nmail 1 appended unanswered \"01\" in Sent\n"
	 "mail 2 appended aborted \"01\" incomplete in Sent cut 2\n"
	 "a1 APPEND Sent {2+}: (none) {2}\na2 APPEND Sent {4+}: (none) {4}\n"},
	{"MULTIAPPEND", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND Sent (x) {1+}\nC| 0\nC:  \"27-Nov-2026 18:23:32 +0000\" {1+}\nC| 1\nC:  (y) "
	 "{1+}\nC| 2\n"
	 "C: \nS: a1 OK [APPENDUID 1 5,8:9] done\n",
	 "(greeting): OK hi\nmail 1 appended accepted \"0\" reply OK uid 5 (x) in Sent\n"
	 "mail 2 appended accepted \"1\" reply OK uid 8 of 27-Nov-2026 18:23:32 +0000 in Sent\n"
	 "mail 3 appended accepted \"2\" reply OK uid 9 (y) in Sent\n"
	 "a1 APPEND Sent (x) {1+} \"27-Nov-2026 18:23:32 +0000\" {1+} (y) {1+}: OK [APPENDUID 1 5,8:9] done "
	 "{1} {1} {1}\n"},
	{"MULTIAPPEND in UTF-8", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND Sent (x) UTF8 (~{1+}\nC| 0\nC: ) (y) UTF8 (~{1+}\nC| 1\nC: )\nS: a1 OK done\n",
	 "(greeting): OK hi\nmail 1 appended accepted \"0\" reply OK (x) in Sent\n"
	 "mail 2 appended accepted \"1\" reply OK (y) in Sent\n"
	 "a1 APPEND Sent (x) UTF8 (~{1+}) (y) UTF8 (~{1+}): OK done {1} {1}\n"},
	{"CATENATE, brackets in URLs, a message behind it", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND \"CATENATE (\" (x) CATENATE (URL \"/)\\\\\"\" TEXT {1+}\nC| 0\nC: ) (y) {1+}\nC| "
	 "1\nC: \nS: a1 OK done\n",
	 "(greeting): OK hi\nmail 1 appended accepted \"1\" reply OK (y) in CATENATE (\n"
	 "a1 APPEND \"CATENATE (\" (x) CATENATE (URL \"/)\\\"\" TEXT {1+}) (y) {1+}: OK done {1 0} {1}\n"},
	{"APPEND, answered before its second mail was seen", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 APPEND Sent {2+}\nC| 0\nS: a1 OK done\nC: 1 (x) {1}\nC| 2\nC: \n"
	 "C: a2 NOOP\nS: a2 OK\n",
	 "(greeting): OK hi\na1 APPEND Sent {2+}: OK done\nmail 1 appended accepted \"01\" reply OK in Sent\n"
	 "mail 2 appended accepted \"2\" reply OK (x) in Sent\na2 NOOP: OK \n"},
	{"REPLACE tells the UID before", PROTOCOL_IMAP, false,
	 SELECTED
	 "C: a2 UID REPLACE 7 Drafts (x) {1+}\nC| 0\nC: \nS: * OK [APPENDUID 1 8] new\nS: * 3 EXPUNGE\nS: a2 OK done\n",
	 SELECTED_SAID "mail 1 appended accepted \"0\" reply OK uid 8 (x) in Drafts\n"
		       "a2 UID REPLACE 7 Drafts (x) {1+}: OK done {1} [OK 1, EXPUNGE 1] / OK [APPENDUID 1 8] new / "
		       "3 EXPUNGE\n"},
	{"both sides send a mail at once", PROTOCOL_IMAP, false,
	 SELECTED "C: a2 FETCH 3 BODY[]\nC: a3 APPEND Sent {4+}\nC| 01\nS: * 3 FETCH (BODY[] {4}\nS| ab\nC| 23\nC: \n"
		  "S| cd\nS: )\nS: a3 OK done\nS: a2 OK done\n",
	 SELECTED_SAID "mail 1 appended accepted \"0123\" reply OK in Sent\na3 APPEND Sent {4+}: OK done {4}\n"
		       "mail 2 fetched retrieved \"abcd\" reply OK number 3 in INBOX BODY[]\n"
		       "a2 FETCH 3 BODY[]: OK done [FETCH 1]\n"},
	{"names of mailboxes are UTF-8 where that is enabled", PROTOCOL_IMAP, false,
	 "S: * OK hi\nC: a1 ENABLE UTF8=ACCEPT\nS: * ENABLED UTF8=ACCEPT\nS: a1 OK done\nC: a2 SELECT \"a&AOk-\"\n"
	 "S: a2 OK done\nC: a3 FETCH 1 RFC822\nS: * 1 FETCH (RFC822 {1}\nS| 0\nS: )\nS: a3 OK done\n",
	 "(greeting): OK hi\na1 ENABLE UTF8=ACCEPT: OK done [ENABLED 1] / ENABLED UTF8=ACCEPT\n"
	 "a2 SELECT \"a&AOk-\": OK done\nmail 1 fetched retrieved \"0\" reply OK number 1 in a&AOk- RFC822\n"
	 "a3 FETCH 1 RFC822: OK done [FETCH 1]\n"},
	{"the header of one mailbox and the text of another, whose SELECT was not captured", PROTOCOL_IMAP, true,
	 "S: * 3 FETCH (UID 7 BODY[HEADER] {2}\nS| 01\nS: )\nS: a1 OK [READ-ONLY] done\n"
	 "S: * 3 FETCH (UID 7 BODY[TEXT] {2}\nS| 23\nS: )\n",
	 "(unsolicited): FETCH \nmail 1 previewed retrieved \"01\" number 3 uid 7 HEADER\n"
	 "a1 (unsolicited): OK [READ-ONLY] done\n(unsolicited): FETCH \n"},
	{"a FETCH that nobody asked for", PROTOCOL_IMAP, true, "S: * 3 FETCH (UID 7 BODY[] {2}\nS| 01\nS: )\n",
	 "mail 1 fetched retrieved \"01\" number 3 uid 7 BODY[]\n(unsolicited): FETCH \n"},
};

START_TEST(mails)
{
	const struct script_vector *v = &vectors[_i];

	play_test_pieces(v->protocol, v->midstream, v->script, v->said);
}
END_TEST

START_TEST(mails_with_gaps)
{
	play_test_gaps(vectors[_i].protocol, vectors[_i].script);
}
END_TEST

START_TEST(an_answer_with_very_many_mails)
{
	const struct mail *m;
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, SELECTED "C: a2 FETCH 3 BODY[]\nS| * 3 FETCH (UID 7\n", false);
	for (int i = 0; i <= IMAP_MAILS_WAITING_MAX + 1; i++)
		play_script(&p, "S|  BODY[] {1}\\r\\nx\n", false);
	ck_assert_uint_eq(p.session->imap->mails->answer_count, IMAP_MAILS_WAITING_MAX);
	ck_assert_uint_eq(p.session->imap->mails->waiting_count, 2);
	play_script(&p, "S: )\n", false);
	ck_assert_uint_eq(p.session->imap->mails->answer_count, 0);
	ck_assert_uint_eq(p.session->imap->mails->waiting_count, IMAP_MAILS_WAITING_MAX);
	m = p.session->imap->mails->waiting.last;
	ck_assert_uint_eq(session_imap_mail(m)->uid, 7);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, an_answer_with_very_many_mails);
	tcase_add_loop_test(t, mails, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, mails_with_gaps, 0, sizeof(vectors) / sizeof(vectors[0]));
}
