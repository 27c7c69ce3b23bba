/*
 * attachments: writes the files of a mail into a folder: its attachments, mails within it, what is uuencoded in its
 * text or in a TNEF container. A name from the mail is reduced (name_of_file) before it becomes one on this machine.
 */
#ifndef OUTPUT_ATTACHMENTS_H
#define OUTPUT_ATTACHMENTS_H

#include "output/save.h"

/* `folder`: the job's target, open. What was written before a failure stays, whole. */
bool attachments_save(struct save_job *job, int folder);

#endif
