#include "output/attachments.h"

#include <stdio.h>
#include <string.h>

#include "mime/message.h"
#include "mime/name.h"
#include "output/atomic_file.h"
#include "output/missing_note.h"

enum {
	NAME_MAX_LEN = 128,
	ENDING_MAX_LEN = 17, /* with its dot */
};

/* Where the ending begins, to which a number is not appended; the name's end when there is none. */
static size_t find_ending(const char *name, size_t len)
{
	for (size_t at = len; at > 1 && len - at < ENDING_MAX_LEN; at--)
		if (name[at - 1] == '.')
			return at - 1;
	return len;
}

/* What a part without a name is called. */
static const char *name_of_type(const char *type)
{
	static const struct {
		const char *type;
		const char *name;
	} names[] = {
		{"message/rfc822", "mail.eml"},	   {"message/delivery-status", "delivery-status.txt"},
		{"text/plain", "text.txt"},	   {"text/html", "text.html"},
		{"text/calendar", "calendar.ics"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(type, names[i].type) == 0)
			return names[i].name;
	return "attachment";
}

/* The name of a file as it may stand here, cut before its ending. */
static void read_name(const char *given, const char *type, bool is_partial, char stem[ATOMIC_FILE_NAME_SIZE],
		      char ending[ATOMIC_FILE_NAME_SIZE])
{
	struct buffer name = {0};
	size_t at;

	name_of_file(slice_from_text(given), NAME_MAX_LEN, &name);
	if (name.len == 0)
		buffer_append_text(&name, name_of_type(type));
	at = find_ending((const char *)name.data, name.len);
	snprintf(stem, ATOMIC_FILE_NAME_SIZE, "%.*s", (int)at, (const char *)name.data);
	snprintf(ending, ATOMIC_FILE_NAME_SIZE, "%s%.*s", is_partial ? ".partial" : "", (int)(name.len - at),
		 (const char *)name.data + at);
	buffer_fini(&name);
}

static void read_whole(struct save_job *job, struct buffer *mail)
{
	do {
		buffer_clear(mail);
		save_read(job, buffer_sink, NULL, mail);
	} while (save_drop_gone(job));
}

bool attachments_find_part(struct save_job *job, struct message_found *found)
{
	struct buffer mail = {0};
	bool is_there;

	read_whole(job, &mail);
	is_there = message_find(buffer_slice(&mail), &job->part, found);
	buffer_fini(&mail);
	return is_there || error_set(&job->error, "The mail has no such part now: open it again");
}

static bool save_one(struct save_job *job, int folder, const char *name, const char *type, struct slice bytes)
{
	struct atomic_file file = {.folder = folder, .to_folder = folder, .shown = job->target};
	char stem[ATOMIC_FILE_NAME_SIZE];
	char ending[ATOMIC_FILE_NAME_SIZE];

	read_name(name, type, job->partial, stem, ending);
	if (!atomic_file_write(&file, bytes, &job->error) ||
	    !atomic_file_publish(&file, stem, ending, job->path, &job->error)) {
		job->path[0] = '\0';
		return false;
	}
	job->file_count++;
	job->byte_count += bytes.len;
	return true;
}

static bool save_each(struct save_job *job, int folder, const struct message *m)
{
	size_t attachments = message_attachment_count(m);
	size_t count = attachments + message_embedded_count(m);
	struct buffer bytes = {0};
	bool saved = true;

	for (size_t i = 0; i < count && saved; i++) {
		bool is_part = i < attachments;
		const struct message_attachment *a =
			is_part ? message_attachment(m, i) : message_embedded(m, i - attachments);

		buffer_clear(&bytes);
		if (is_part)
			message_attachment_bytes(m, i, &bytes);
		else
			message_embedded_bytes(m, i - attachments, &bytes);
		saved = save_one(job, folder, a->name, a->mime_type, buffer_slice(&bytes));
	}
	buffer_fini(&bytes);
	return saved;
}

static bool save_all(struct save_job *job, int folder)
{
	struct buffer mail = {0};
	struct message *m;
	bool saved;

	read_whole(job, &mail);
	m = message_parse(buffer_slice(&mail));
	saved = save_each(job, folder, m);
	message_free(m);
	buffer_fini(&mail);
	return saved;
}

static bool save_part(struct save_job *job, int folder)
{
	struct message_found found;
	bool saved;

	if (!attachments_find_part(job, &found))
		return false;
	saved = save_one(job, folder, found.name, found.type, buffer_slice(&found.bytes));
	message_found_fini(&found);
	return saved;
}

/* Which of the files are not whole cannot be told: the note speaks of the mail. */
static bool save_note(struct save_job *job, int folder)
{
	struct atomic_file note = {.folder = folder, .to_folder = folder, .shown = job->target};
	struct buffer text = {0};
	char path[SAVE_PATH_SIZE];
	bool saved;

	missing_note_put(job, &text);
	saved = atomic_file_write(&note, buffer_slice(&text), &job->error) &&
		atomic_file_publish(&note, job->name, ".partial.txt", path, &job->error);
	buffer_fini(&text);
	return saved;
}

bool attachments_save(struct save_job *job, int folder)
{
	bool saved = (job->part.count > 0 ? save_part(job, folder) : save_all(job, folder)) &&
		     (!job->partial || job->file_count == 0 || save_note(job, folder));

	if (!saved)
		job->path[0] = '\0';
	else if (job->file_count != 1)
		snprintf(job->path, sizeof(job->path), "%s", job->target);
	return saved;
}
