#include "mime/html.h"

#include <assert.h>
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <limits.h>
#include <stdio.h>

#include "base/text.h"
#include "mime/html_filter.h"

enum {
	CHARSET_WITHIN = 4096, /* where a page must name its charset */
	QUOTES_MAX = 5,
	LISTS_MAX = 6,
	TARGET_MAX = 300,
	NO_BREAK_SPACE = 0xa0,
	SOFT_HYPHEN = 0xad,
	ZERO_WIDTH_SPACE = 0x200b,
	ZERO_WIDTH_NO_BREAK_SPACE = 0xfeff,
};

/* What an element does to the lines around it. */
enum form {
	FORM_INLINE,
	FORM_SKIP,	/* nothing of it is shown */
	FORM_BREAK,	/* a new line */
	FORM_BLOCK,	/* lines of its own */
	FORM_PARAGRAPH, /* and an empty line around */
	FORM_LIST,
	FORM_ITEM,
	FORM_CELL,
	FORM_QUOTE,
	FORM_PREFORMATTED,
	FORM_RULE,
	FORM_IMAGE,
	FORM_LINK,
};

static const struct {
	const char *name;
	enum form form;
} elements[] = {
	{"a", FORM_LINK},	    {"address", FORM_BLOCK},	{"article", FORM_BLOCK}, {"audio", FORM_SKIP},
	{"blockquote", FORM_QUOTE}, {"br", FORM_BREAK},		{"caption", FORM_BLOCK}, {"center", FORM_BLOCK},
	{"dd", FORM_BLOCK},	    {"div", FORM_BLOCK},	{"dl", FORM_PARAGRAPH},	 {"dt", FORM_BLOCK},
	{"fieldset", FORM_BLOCK},   {"footer", FORM_BLOCK},	{"form", FORM_BLOCK},	 {"h1", FORM_PARAGRAPH},
	{"h2", FORM_PARAGRAPH},	    {"h3", FORM_PARAGRAPH},	{"h4", FORM_PARAGRAPH},	 {"h5", FORM_PARAGRAPH},
	{"h6", FORM_PARAGRAPH},	    {"head", FORM_SKIP},	{"header", FORM_BLOCK},	 {"hr", FORM_RULE},
	{"iframe", FORM_SKIP},	    {"img", FORM_IMAGE},	{"li", FORM_ITEM},	 {"main", FORM_BLOCK},
	{"nav", FORM_BLOCK},	    {"noscript", FORM_SKIP},	{"object", FORM_SKIP},	 {"ol", FORM_LIST},
	{"p", FORM_PARAGRAPH},	    {"pre", FORM_PREFORMATTED}, {"script", FORM_SKIP},	 {"section", FORM_BLOCK},
	{"style", FORM_SKIP},	    {"svg", FORM_SKIP},		{"table", FORM_BLOCK},	 {"tbody", FORM_BLOCK},
	{"td", FORM_CELL},	    {"template", FORM_SKIP},	{"textarea", FORM_SKIP}, {"th", FORM_CELL},
	{"title", FORM_SKIP},	    {"tr", FORM_BLOCK},		{"ul", FORM_LIST},	 {"video", FORM_SKIP},
};

/* Lines being made. */
struct lines {
	struct buffer *out;
	size_t start;	 /* of all in `out` */
	bool in_line;	 /* something stands in the line at hand */
	int empty_lines; /* wanted before the next text: 0 or 1 */
	const char *gap; /* wanted between what stands in the line and the next text; NULL: none */
	int quotes;
	int lists;
	int preformatted;
	size_t link_start; /* where the text of the link at hand begins */
};

/* ---- lines ---- */

static void end_line(struct lines *l)
{
	if (l->in_line)
		buffer_append_byte(l->out, '\n');
	l->in_line = false;
	l->gap = NULL;
}

static void end_paragraph(struct lines *l)
{
	end_line(l);
	l->empty_lines = 1;
}

/* What stands before the text at the start of a line, and between two texts in it. */
static void begin_text(struct lines *l)
{
	if (l->in_line) {
		if (l->gap != NULL)
			buffer_append_text(l->out, l->gap);
		l->gap = NULL;
		return;
	}
	if (l->empty_lines > 0 && l->out->len > l->start)
		buffer_append_byte(l->out, '\n');
	l->empty_lines = 0;
	l->gap = NULL;
	l->in_line = true;
	for (int i = 0; i < l->quotes && i < QUOTES_MAX; i++)
		buffer_append_text(l->out, "> ");
	for (int i = 1; i < l->lists && i < LISTS_MAX; i++)
		buffer_append_text(l->out, "  ");
}

static bool is_blank(uint32_t character)
{
	return character == ' ' || character == '\t' || character == '\n' || character == '\r' || character == '\f';
}

/* Characters that only tell a browser where a word may be cut. */
static bool is_nothing(uint32_t character)
{
	return character == SOFT_HYPHEN || character == ZERO_WIDTH_SPACE || character == ZERO_WIDTH_NO_BREAK_SPACE;
}

static void put_preformatted(struct lines *l, struct slice text)
{
	while (text.len > 0) {
		size_t len = slice_find(text, '\n');
		struct slice line = slice_sub(text, 0, len);

		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0) {
			begin_text(l);
			buffer_append(l->out, line);
		}
		if (len < text.len && !l->in_line)
			begin_text(l);
		if (len < text.len)
			end_line(l);
		text = slice_after(text, len + 1);
	}
}

static void put_text(struct lines *l, struct slice text)
{
	size_t len;

	if (l->preformatted > 0) {
		put_preformatted(l, text);
		return;
	}
	for (; text.len > 0; text = slice_after(text, len)) {
		uint32_t character = text_decode(text, &len);

		if (is_blank(character)) {
			if (l->in_line && l->gap == NULL)
				l->gap = " ";
		} else if (!is_nothing(character)) {
			begin_text(l);
			if (character == NO_BREAK_SPACE)
				buffer_append_byte(l->out, ' ');
			else
				buffer_append(l->out, slice_sub(text, 0, len));
		}
	}
}

/* ---- elements ---- */

static bool is_named(const xmlChar *name, const char *wanted)
{
	return name != NULL && slice_equals_nocase(slice_from_text((const char *)name), wanted);
}

static enum form form_of(const xmlNode *node)
{
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (is_named(node->name, elements[i].name))
			return elements[i].form;
	return FORM_INLINE;
}

/* An attribute's value as the parser left it; empty when there is none. It belongs to the tree. */
static struct slice attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (is_named(a->name, name) && a->children != NULL && a->children->type == XML_TEXT_NODE &&
		    a->children->content != NULL)
			return slice_from_text((const char *)a->children->content);
	return slice_of(NULL, 0);
}

static bool has_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
		if (is_named(a->name, name))
			return true;
	return false;
}

/* Styles write it with blanks and without, and in any case. */
static bool is_hidden(const xmlNode *node)
{
	struct slice style = attribute(node, "style");

	if (has_attribute(node, "hidden"))
		return true;
	for (; style.len >= 7; style = slice_after(style, 1)) {
		struct slice value = slice_trim_left(slice_after(style, 7));

		if (!slice_begins_nocase(style, "display") || value.len == 0 || value.data[0] != ':')
			continue;
		if (slice_begins_nocase(slice_trim_left(slice_after(value, 1)), "none"))
			return true;
	}
	return false;
}

/* "- ", or the number in an ordered list; the list itself keeps count. */
static void begin_item(struct lines *l, xmlNode *node)
{
	xmlNode *list = node->parent;
	bool is_ordered = list != NULL && is_named(list->name, "ol");

	end_line(l);
	begin_text(l);
	if (!is_ordered) {
		buffer_append_text(l->out, "- ");
		return;
	}
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the tree's room for a number of ours */
	list->_private = (void *)((uintptr_t)list->_private + 1);
	buffer_printf(l->out, "%lu. ", (unsigned long)(uintptr_t)list->_private);
}

static void put_image(struct lines *l, const xmlNode *node)
{
	struct slice words = slice_trim(attribute(node, "alt"));

	if (words.len == 0)
		return;
	put_text(l, slice_from_text("["));
	put_text(l, words);
	put_text(l, slice_from_text("]"));
}

static bool is_worth_showing(struct slice target)
{
	return slice_begins_nocase(target, "http:") || slice_begins_nocase(target, "https:") ||
	       slice_begins_nocase(target, "mailto:") || slice_begins_nocase(target, "ftp:");
}

/* Where a link leads, unless its text says so already. */
static void put_target(struct lines *l, const xmlNode *node)
{
	struct slice target = slice_trim(attribute(node, "href"));
	struct slice text = slice_after(buffer_slice(l->out), l->link_start);

	text = slice_trim(text);
	if (!is_worth_showing(target) || slice_equals(text, target))
		return;
	if (slice_begins_nocase(target, "mailto:") && slice_equals(text, slice_after(target, 7)))
		return;
	if (!l->in_line && text.len == 0)
		return;
	put_text(l, slice_from_text(" <"));
	put_text(l, text_cut(target, TARGET_MAX));
	put_text(l, slice_from_text(target.len > TARGET_MAX ? "...>" : ">"));
}

/* Whether what is in the element is to be shown. */
static bool enter(struct lines *l, xmlNode *node)
{
	enum form form = form_of(node);

	if (form == FORM_SKIP || is_hidden(node))
		return false;
	switch (form) {
	case FORM_BREAK:
		/* a second one makes an empty line */
		if (l->in_line)
			end_line(l);
		else
			l->empty_lines = 1;
		break;
	case FORM_BLOCK:
		end_line(l);
		break;
	case FORM_PARAGRAPH:
		end_paragraph(l);
		break;
	case FORM_LIST:
		if (l->lists++ == 0)
			end_paragraph(l);
		else
			end_line(l);
		break;
	case FORM_ITEM:
		begin_item(l, node);
		break;
	case FORM_CELL:
		if (l->in_line)
			l->gap = "   ";
		break;
	case FORM_QUOTE:
		end_paragraph(l);
		l->quotes++;
		break;
	case FORM_PREFORMATTED:
		end_paragraph(l);
		l->preformatted++;
		break;
	case FORM_RULE:
		end_line(l);
		put_text(l, slice_from_text("----------------------------------------"));
		end_line(l);
		break;
	case FORM_IMAGE:
		put_image(l, node);
		break;
	case FORM_LINK:
		l->link_start = l->out->len;
		break;
	case FORM_INLINE:
	case FORM_SKIP:
		break;
	}
	return true;
}

static void leave(struct lines *l, const xmlNode *node)
{
	switch (form_of(node)) {
	case FORM_BLOCK:
	case FORM_ITEM:
		end_line(l);
		break;
	case FORM_PARAGRAPH:
		end_paragraph(l);
		break;
	case FORM_LIST:
		assert(l->lists > 0);
		end_line(l);
		if (--l->lists == 0)
			end_paragraph(l);
		break;
	case FORM_QUOTE:
		assert(l->quotes > 0);
		l->quotes--;
		end_paragraph(l);
		break;
	case FORM_PREFORMATTED:
		assert(l->preformatted > 0);
		end_paragraph(l);
		l->preformatted--;
		break;
	case FORM_LINK:
		put_target(l, node);
		break;
	default:
		break;
	}
}

/* Without recursion: how deep the tree is was the sender's choice. */
static void walk(struct lines *l, xmlNode *top)
{
	xmlNode *node = top;

	while (node != NULL) {
		bool is_element = node->type == XML_ELEMENT_NODE;

		if (node->type == XML_TEXT_NODE && node->content != NULL)
			put_text(l, slice_from_text((const char *)node->content));
		if (is_element && enter(l, node)) {
			if (node->children != NULL) {
				node = node->children;
				continue;
			}
			leave(l, node);
		}
		while (node != top && node->next == NULL) {
			node = node->parent;
			leave(l, node);
		}
		node = node == top ? NULL : node->next;
	}
}

/* ---- the parser ---- */

struct depth {
	int open; /* elements */
	bool was_reached;
};

/* The parser's work at each end tag grows with the depth. */
static void start_element(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
	htmlParserCtxtPtr parser = ctx;
	struct depth *depth = parser->_private;

	if (depth->open++ < HTML_DEPTH_MAX) {
		xmlSAX2StartElement(ctx, name, attributes);
		return;
	}
	depth->was_reached = true;
	xmlStopParser(parser);
}

static void end_element(void *ctx, const xmlChar *name)
{
	htmlParserCtxtPtr parser = ctx;
	struct depth *depth = parser->_private;

	depth->open--;
	xmlSAX2EndElement(ctx, name);
}

void html_init(void)
{
	xmlInitParser();
}

void html_fini(void)
{
	xmlCleanupParser();
}

bool html_text(struct slice html, struct buffer *out)
{
	struct slice part = text_cut(html, HTML_MAX);
	struct lines l = {.out = out, .start = out->len};
	struct depth depth = {0};
	struct buffer reduced = {0};
	htmlParserCtxtPtr parser;
	htmlDocPtr page;

	html_filter_reduce(part, &reduced);
	assert(reduced.len <= INT_MAX);
	parser = reduced.len > 0 ? htmlNewParserCtxt() : NULL;
	if (parser == NULL) {
		buffer_fini(&reduced);
		return true;
	}
	parser->_private = &depth;
	parser->sax->startElement = start_element;
	parser->sax->endElement = end_element;
	page = htmlCtxtReadMemory(parser, (const char *)reduced.data, (int)reduced.len, NULL, "UTF-8",
				  HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_COMPACT);
	if (page != NULL) {
		walk(&l, xmlDocGetRootElement(page));
		end_line(&l);
		xmlFreeDoc(page);
	}
	htmlFreeParserCtxt(parser);
	buffer_fini(&reduced);
	return part.len == html.len && !depth.was_reached;
}

bool html_charset(struct slice html, char *out, size_t size)
{
	static const char word[] = "charset=";
	struct slice rest = slice_sub(html, 0, CHARSET_WITHIN);
	size_t len = 0;

	assert(size > 0);
	while (rest.len > 0 && !slice_begins_nocase(rest, word))
		rest = slice_after(rest, 1);
	rest = slice_after(rest, sizeof(word) - 1);
	if (rest.len > 0 && (rest.data[0] == '"' || rest.data[0] == '\''))
		rest = slice_after(rest, 1);
	while (len < rest.len && len < size - 1 && rest.data[len] > ' ' && strchr("\"'>;/", rest.data[len]) == NULL)
		len++;
	snprintf(out, size, "%.*s", (int)len, len > 0 ? (const char *)rest.data : "");
	return len > 0;
}
