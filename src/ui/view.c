#include "ui/view.h"

#include <assert.h>

static const struct view *const views[VIEWS] = {
	[VIEW_SESSIONS] = &view_sessions,   [VIEW_MAILS] = &view_mails,	      [VIEW_FINDINGS] = &view_findings,
	[VIEW_DIAGNOSIS] = &view_diagnosis, [VIEW_TIMELINE] = &view_timeline, [VIEW_STREAM] = &view_stream,
	[VIEW_PACKETS] = &view_packets,	    [VIEW_PACKET] = &view_packet,     [VIEW_BYTES] = &view_bytes,
	[VIEW_MAIL] = &view_mail,	    [VIEW_HELP] = &view_help,
};

const struct view *view_get(enum view_id id)
{
	assert((unsigned int)id < VIEWS);
	return views[id];
}
