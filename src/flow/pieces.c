#include "flow/pieces.h"

#include <assert.h>
#include <bsd/sys/tree.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

struct node {
	RB_ENTRY(node) link;
	struct stream_piece piece;
};

RB_HEAD(piece_tree, node);

struct pieces {
	struct piece_tree tree;
	struct node *first; /* it goes next */
	struct node *last;  /* and most that come stand behind this */
	size_t count;
	uint64_t bytes;
	int64_t since_ns;
};

static int by_offset(const struct node *a, const struct node *b)
{
	return (a->piece.extent.offset > b->piece.extent.offset) - (a->piece.extent.offset < b->piece.extent.offset);
}

/* RB_GENERATE_STATIC needs a macro that Linux's libc lacks. */
RB_GENERATE_INTERNAL(piece_tree, node, link, by_offset, __attribute__((unused)) static)

static struct node *node_of(struct stream_piece *piece)
{
	return (struct node *)(void *)((char *)piece - offsetof(struct node, piece));
}

static struct stream_piece *piece_of(struct node *n)
{
	return n != NULL ? &n->piece : NULL;
}

/* A balanced tree is not deep. */
static void free_below(struct node *n)
{
	if (n == NULL)
		return;
	free_below(RB_LEFT(n, link));
	free_below(RB_RIGHT(n, link));
	free(n);
}

void pieces_free(struct pieces *p)
{
	if (p == NULL)
		return;
	free_below(RB_ROOT(&p->tree));
	free(p);
}

void pieces_insert(struct pieces **pieces, const struct stream_piece *piece)
{
	struct node *n = mem_zalloc(sizeof(*n));
	struct pieces *p = *pieces;

	if (p == NULL) {
		p = *pieces = mem_zalloc(sizeof(*p));
		RB_INIT(&p->tree);
		p->since_ns = piece->extent.time_ns;
	}
	p->count++;
	p->bytes += piece->extent.len;
	n->piece = *piece;
	RB_INSERT(piece_tree, &p->tree, n);
	if (p->first == NULL || by_offset(n, p->first) < 0)
		p->first = n;
	if (p->last == NULL || by_offset(n, p->last) > 0)
		p->last = n;
}

void pieces_remove(struct pieces **pieces, struct stream_piece *piece)
{
	struct pieces *p = *pieces;
	struct node *n = node_of(piece);

	if (n == p->first)
		p->first = RB_NEXT(piece_tree, &p->tree, n);
	if (n == p->last)
		p->last = RB_PREV(piece_tree, &p->tree, n);
	assert(p->count > 0 && p->bytes >= piece->extent.len);
	p->count--;
	p->bytes -= piece->extent.len;
	RB_REMOVE(piece_tree, &p->tree, n);
	free(n);
	if (p->first == NULL) {
		assert(p->last == NULL && p->count == 0 && RB_EMPTY(&p->tree));
		free(p);
		*pieces = NULL;
	}
}

struct stream_piece *pieces_first(const struct pieces *p)
{
	return p != NULL ? piece_of(p->first) : NULL;
}

size_t pieces_count(const struct pieces *p)
{
	return p != NULL ? p->count : 0;
}

uint64_t pieces_bytes(const struct pieces *p)
{
	return p != NULL ? p->bytes : 0;
}

int64_t pieces_since_ns(const struct pieces *p)
{
	return p->since_ns;
}

void pieces_set_since(struct pieces *p, int64_t ns)
{
	p->since_ns = ns;
}

struct stream_piece *pieces_next(struct stream_piece *piece)
{
	return piece_of(RB_NEXT(piece_tree, NULL, node_of(piece)));
}

struct stream_piece *pieces_behind(const struct pieces *p, uint64_t offset)
{
	struct node *n = p != NULL ? RB_ROOT(&p->tree) : NULL;
	struct node *found = NULL;

	if (n == NULL || pieces_end(&p->last->piece) <= offset) /* nearly always */
		return NULL;
	while (n != NULL) { /* as none overlap, who begins later ends later */
		if (pieces_end(&n->piece) > offset) {
			found = n;
			n = RB_LEFT(n, link);
		} else {
			n = RB_RIGHT(n, link);
		}
	}
	return piece_of(found);
}
