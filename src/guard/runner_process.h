/* runner_process: the process of runner.h. It believes nothing: a request is a number. */
#ifndef GUARD_RUNNER_PROCESS_H
#define GUARD_RUNNER_PROCESS_H

#include <stdint.h>

enum runner_process_verb {
	RUNNER_PROCESS_OPEN,	/* gives a descriptor */
	RUNNER_PROCESS_PAGER,	/* until another request comes by the channel, or its end: both are answered */
	RUNNER_PROCESS_COMMAND, /* likewise */
	RUNNER_PROCESS_ON,	/* what was stopped shall go on: the program does */
	RUNNER_PROCESS_BACK,	/* takes such a one back */
	RUNNER_PROCESS_VERBS
};

struct runner_process_answer {
	int32_t error; /* errno, or 0 */
	int32_t status;
	int32_t is_stopped; /* what runs was stopped by its user, and so shall the program be; another answer follows */
};

/* Until nobody holds the other end. */
_Noreturn void runner_process_run(int channel, const char *user);

#endif
