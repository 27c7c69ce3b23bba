#include "packet/segment.h"

#include <assert.h>

bool segment_find_option(const struct tcp_segment *s, enum segment_option kind, struct slice *value)
{
	struct slice rest = s->options;

	while (rest.len > 0 && rest.data[0] != 0) {
		size_t len = rest.data[0] == 1 ? 1 : rest.len > 1 ? rest.data[1] : 0;

		if (len == 0 || len > rest.len || (len == 1 && rest.data[0] != 1))
			return false;
		if (rest.data[0] == kind) {
			*value = slice_sub(rest, 2, len - 2);
			return true;
		}
		rest = slice_after(rest, len);
	}
	return false;
}

const char *segment_tunnel_name(enum segment_tunnel_kind kind)
{
	static const char *const names[SEGMENT_TUNNELS] = {
		[SEGMENT_TUNNEL_IP] = "ip",	    [SEGMENT_TUNNEL_GRE] = "gre",
		[SEGMENT_TUNNEL_ERSPAN] = "erspan", [SEGMENT_TUNNEL_VXLAN] = "vxlan",
		[SEGMENT_TUNNEL_GENEVE] = "geneve", [SEGMENT_TUNNEL_GTP] = "gtp",
		[SEGMENT_TUNNEL_TEREDO] = "teredo", [SEGMENT_TUNNEL_OTHER] = "other",
	};

	assert(kind < SEGMENT_TUNNELS);
	return names[kind];
}
