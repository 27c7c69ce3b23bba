/*
 * attachments: writes the files of a mail into a folder: its attachments, mails within it, what is uuencoded in its
 * text or in a TNEF container. A name from the mail is reduced (name_of_file) before it becomes one on this machine.
 */
#ifndef OUTPUT_ATTACHMENTS_H
#define OUTPUT_ATTACHMENTS_H

#include "mime/message.h"
#include "output/save.h"

/* `folder`: the job's target, open. What was written before a failure stays, whole. */
bool attachments_save(struct save_job *job, int folder);

/* The job's one part. False: there is none now; `job->error` says so, and `found` is empty. */
bool attachments_find_part(struct save_job *job, struct message_found *found);

#endif
