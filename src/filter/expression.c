#include "filter/expression.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "filter/filter.h"
#include "filter/lexer.h"
#include "filter/pattern.h"
#include "filter/primitive.h"
#include "filter/term.h"

enum {
	LINKTYPE_RAW = 101,
};

enum node_kind {
	NODE_TERM,
	NODE_PRIMITIVE, /* tcpdump's, not compiled yet */
	NODE_NOT,
	NODE_AND,
	NODE_OR,
};

struct node {
	enum node_kind kind;
	struct expression_term term;
	struct slice text; /* of a primitive */
	size_t at;
	uint8_t index; /* of the term */
	struct node *left;
	struct node *right;
	enum expression_reach reach;
};

struct expression {
	struct node *root; /* NULL: all pass */
	char *text;
};

struct parser {
	struct lexer lexer;
	int64_t now_ns;
	size_t terms;
	int depth;
	struct expression_fault *fault;
};

static void free_node(struct node *n)
{
	if (n == NULL)
		return;
	free_node(n->left);
	free_node(n->right);
	term_fini(&n->term);
	free(n);
}

static struct node *new_node(enum node_kind kind, struct node *left, struct node *right)
{
	struct node *n = mem_zalloc(sizeof(*n));

	*n = (struct node){.kind = kind, .left = left, .right = right};
	return n;
}

static struct node *refuse(struct parser *p, struct lexer_token t, const char *why)
{
	term_refuse(p->fault, t.at, t.text.len, "%s", why);
	return NULL;
}

static struct node *parse_or(struct parser *p);

static struct node *parse_word(struct parser *p)
{
	struct lexer_token t = lexer_peek(&p->lexer);
	struct node *n;

	if (t.is_unended)
		return refuse(p, t, "its end is missing: a quote or a stroke");
	if (p->terms == EXPRESSION_TERMS_MAX)
		return refuse(p, t, "these are too many words for one filter");
	n = new_node(NODE_TERM, NULL, NULL);
	n->at = t.at;
	n->index = (uint8_t)p->terms++;
	if (primitive_begins(t.text)) {
		n->kind = NODE_PRIMITIVE;
		n->text = slice_sub(p->lexer.text, t.at, primitive_take(&p->lexer) - t.at);
		return n;
	}
	lexer_take(&p->lexer);
	if (term_read(&n->term, t.text, t.at, p->now_ns, p->fault))
		return n;
	free_node(n);
	return NULL;
}

static struct node *parse_brackets(struct parser *p)
{
	struct lexer_token open = lexer_take(&p->lexer);
	struct node *inner = parse_or(p);

	if (inner == NULL)
		return NULL;
	if (lexer_take(&p->lexer).kind == LEXER_CLOSE)
		return inner;
	free_node(inner);
	return refuse(p, open, "this bracket is not closed");
}

static struct node *parse_one(struct parser *p);

static struct node *parse_not(struct parser *p)
{
	struct node *inner;

	lexer_take(&p->lexer);
	inner = parse_one(p);
	return inner != NULL ? new_node(NODE_NOT, inner, NULL) : NULL;
}

static struct node *parse_one(struct parser *p)
{
	struct lexer_token t = lexer_peek(&p->lexer);
	struct node *n;

	if (p->depth++ == EXPRESSION_DEPTH_MAX)
		return refuse(p, t, "these are too many brackets");
	switch (t.kind) {
	case LEXER_OPEN:
		n = parse_brackets(p);
		break;
	case LEXER_NOT:
		n = parse_not(p);
		break;
	case LEXER_WORD:
		n = parse_word(p);
		break;
	default:
		return refuse(p, t, "a word is missing here");
	}
	p->depth--;
	return n;
}

static struct node *join(enum node_kind kind, struct node *left, struct node *right)
{
	if (right != NULL)
		return new_node(kind, left, right);
	free_node(left);
	return NULL;
}

static struct node *parse_and(struct parser *p)
{
	struct node *n = parse_one(p);

	while (n != NULL) {
		enum lexer_kind next = lexer_peek(&p->lexer).kind;

		if (next == LEXER_END || next == LEXER_CLOSE || next == LEXER_OR)
			break;
		if (next == LEXER_AND)
			lexer_take(&p->lexer);
		n = join(NODE_AND, n, parse_one(p));
	}
	return n;
}

static struct node *parse_or(struct parser *p)
{
	struct node *n = parse_and(p);

	while (n != NULL && lexer_peek(&p->lexer).kind == LEXER_OR) {
		lexer_take(&p->lexer);
		n = join(NODE_OR, n, parse_and(p));
	}
	return n;
}

static struct node *parse(struct parser *p)
{
	struct node *n = parse_or(p);

	if (n == NULL || lexer_peek(&p->lexer).kind == LEXER_END)
		return n;
	free_node(n);
	return refuse(p, lexer_peek(&p->lexer), "this bracket was never opened");
}

/* ---- what is libpcap's ---- */

static bool is_packets(const struct node *n)
{
	if (n == NULL)
		return true;
	return n->kind != NODE_TERM && is_packets(n->left) && is_packets(n->right);
}

/* In brackets, for libpcap lets and bind no closer than or. */
static void print(const struct node *n, struct buffer *out)
{
	buffer_append_text(out, n->kind == NODE_NOT ? "not (" : "(");
	if (n->kind == NODE_PRIMITIVE)
		buffer_append(out, n->text);
	else
		print(n->left, out);
	if (n->right != NULL) {
		buffer_append_text(out, n->kind == NODE_AND ? " and " : " or ");
		print(n->right, out);
	}
	buffer_append_byte(out, ')');
}

static const struct node *first_word(const struct node *n)
{
	while (n->left != NULL)
		n = n->left;
	return n;
}

static bool compile(struct node *n, struct expression_fault *fault)
{
	struct buffer text = {0};
	size_t at = first_word(n)->at;
	struct error why;

	print(n, &text);
	buffer_append_byte(&text, '\0');
	n->index = first_word(n)->index;
	n->term.word = EXPRESSION_PACKETS;
	n->term.packets = filter_compile((const char *)text.data, LINKTYPE_RAW, &why);
	buffer_fini(&text);
	free_node(n->left);
	free_node(n->right);
	n->left = n->right = NULL;
	n->kind = NODE_TERM;
	return n->term.packets != NULL || term_refuse(fault, at, 0, "%s", why.text);
}

static bool compile_all(struct node *n, struct expression_fault *fault)
{
	if (n == NULL || n->kind == NODE_TERM)
		return true;
	if (is_packets(n))
		return compile(n, fault);
	return compile_all(n->left, fault) && compile_all(n->right, fault);
}

/* ---- */

static enum expression_reach reach_of(const struct expression_term *t)
{
	if (t->word == EXPRESSION_PACKETS)
		return EXPRESSION_REACH_BEGIN;
	return t->word == EXPRESSION_ANY ? EXPRESSION_REACH_MAILS : expression_row(t->word)->reach;
}

/* Of both sides of a joint the one that is decided sooner comes first. */
static void order(struct node *n)
{
	if (n->kind == NODE_TERM) {
		n->reach = reach_of(&n->term);
		n->term.index = n->index;
		return;
	}
	order(n->left);
	n->reach = n->left->reach;
	if (n->right == NULL)
		return;
	order(n->right);
	if (n->right->reach < n->left->reach) {
		struct node *left = n->left;

		n->left = n->right;
		n->right = left;
	}
	n->reach = n->right->reach;
}

struct expression *expression_new(const char *text, int64_t now_ns, struct expression_fault *fault)
{
	struct expression *e = mem_zalloc(sizeof(*e));
	struct parser p = {.now_ns = now_ns, .fault = fault};

	*fault = (struct expression_fault){.at = 0};
	e->text = mem_strdup(text); /* terms point into it */
	p.lexer.text = slice_from_text(e->text);
	if (lexer_peek(&p.lexer).kind == LEXER_END)
		return e;
	e->root = parse(&p);
	if (e->root == NULL || !compile_all(e->root, fault)) {
		expression_free(e);
		return NULL;
	}
	order(e->root);
	return e;
}

bool expression_asks_for_names(const char *text)
{
	struct lexer l = {.text = slice_from_text(text)};

	for (struct lexer_token t = lexer_peek(&l); t.kind != LEXER_END; t = lexer_peek(&l)) {
		size_t begin = t.at;

		if (t.kind != LEXER_WORD || !primitive_begins(t.text))
			lexer_take(&l);
		else if (primitive_has_name(slice_sub(l.text, begin, primitive_take(&l) - begin)))
			return true;
	}
	return false;
}

void expression_free(struct expression *e)
{
	if (e == NULL)
		return;
	free_node(e->root);
	free(e->text);
	free(e);
}

static enum expression_truth weigh(const struct node *n, expression_test *test, void *ctx)
{
	enum expression_truth left;
	enum expression_truth right;
	enum expression_truth decides = n->kind == NODE_AND ? EXPRESSION_NO : EXPRESSION_YES;

	if (n->kind == NODE_TERM)
		return test(ctx, &n->term);
	left = weigh(n->left, test, ctx);
	if (n->kind == NODE_NOT)
		return (enum expression_truth)(EXPRESSION_YES - left);
	if (left == decides)
		return left;
	right = weigh(n->right, test, ctx);
	if (right == decides || left == right)
		return right;
	return EXPRESSION_OPEN;
}

enum expression_truth expression_weigh(const struct expression *e, expression_test *test, void *ctx)
{
	return e->root != NULL ? weigh(e->root, test, ctx) : EXPRESSION_YES;
}

enum expression_reach expression_reach_of(const struct expression *e)
{
	return e->root != NULL ? e->root->reach : EXPRESSION_REACH_BEGIN;
}

/* ---- one beside the other ---- */

static bool is_same_text(const struct expression_term *a, const struct expression_term *b)
{
	return a->word == b->word && a->compare == b->compare && slice_equals(a->text, b->text) &&
	       a->word != EXPRESSION_PACKETS;
}

/* A longer piece of text is in fewer texts. */
static bool term_narrows(const struct expression_term *narrow, const struct expression_term *wide)
{
	if (is_same_text(narrow, wide))
		return true;
	return narrow->word == wide->word && narrow->pattern != NULL && wide->pattern != NULL &&
	       pattern_narrows(narrow->pattern, wide->pattern);
}

enum {
	NARROWS_STEPS_MAX = 10000,
};

/* Steps are counted: nested brackets would take very many, and a no costs time only. */
static bool narrows(const struct node *narrow, const struct node *wide, size_t *steps)
{
	if (++*steps > NARROWS_STEPS_MAX)
		return false;
	if (narrow->kind == NODE_AND && (narrows(narrow->left, wide, steps) || narrows(narrow->right, wide, steps)))
		return true;
	if (narrow->kind != wide->kind)
		return false;
	switch (narrow->kind) {
	case NODE_TERM:
		return term_narrows(&narrow->term, &wide->term);
	case NODE_NOT:
		return narrows(wide->left, narrow->left, steps);
	case NODE_AND:
	case NODE_OR:
		return narrows(narrow->left, wide->left, steps) && narrows(narrow->right, wide->right, steps);
	case NODE_PRIMITIVE:
		break;
	}
	return false;
}

bool expression_narrows(const struct expression *narrow, const struct expression *wide)
{
	size_t steps = 0;

	if (wide->root == NULL)
		return true;
	return narrow->root != NULL && narrows(narrow->root, wide->root, &steps);
}
