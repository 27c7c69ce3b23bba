#include "mime/html.h"

#include <time.h>

#include "../main.h"
#include "base/text.h"

static const struct {
	const char *html;
	const char *text;
} vectors[] = {
	{"", ""},
	{"plain", "plain\n"},
	{"<p>one</p><p>two</p>", "one\n\ntwo\n"},
	{"a<br>b<br><br>c", "a\nb\n\nc\n"},
	{"<div>a</div><div>b</div>", "a\nb\n"},
	{"  many \n\t blanks  <b> bold </b>.", "many blanks bold .\n"},
	{"a&nbsp;&amp;&nbsp;b &lt;c&gt; &eacute; &#23433;&#x5168; &unknown; &#0;",
	 "a & b <c> \303\251 \345\256\211\345\205\250 &unknown;\n"},
	{"<html><head><title>t</title><style>x{}</style></head><body>b<script>evil()</script>"
	 "<noscript>n</noscript></body></html>",
	 "b\n"},
	{"<ul><li>one<li>two<ul><li>deep</ul></ul>end", "- one\n- two\n  - deep\n\nend\n"},
	{"<ol><li>a</li><li>b</li></ol>", "1. a\n2. b\n"},
	{"<table><tr><th>Name<th>Price</tr><tr><td>pen</td><td>3</td></tr></table>", "Name   Price\npen   3\n"},
	{"<table><tr><td></td><td>x</td></tr></table>", "x\n"},
	{"<blockquote>said<blockquote>before</blockquote></blockquote>answer", "> said\n\n> > before\n\nanswer\n"},
	{"<pre>a  b\n  c</pre>", "a  b\n  c\n"},
	{"<hr>", "----------------------------------------\n"},
	{"<a href='http://x.example/'>here</a> and <a href=\"http://y/\">http://y/</a>",
	 "here <http://x.example/> and http://y/\n"},
	{"<a href='mailto:a@b'>a@b</a> <a href='javascript:x()'>js</a> <a href='#top'>up</a>", "a@b js up\n"},
	{"<img src='cid:1' alt='a picture'><img src=x>", "[a picture]\n"},
	{"<div style='color:red; display : NONE'>no</div><p hidden>no</p>yes", "yes\n"},
	{"un<b>closed <i>tags", "unclosed tags\n"},
	{"<!-- c -->e", "e\n"},
	{"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;", "]>&x;\n"},
	{"<a title='x > y' href=http://z/ / >t</a><p/>u", "t <http://z/>\n\nu\n"},
	{"<p class=\"never ends>text</p>", "text\n"},
	{"<script>if (a<b && c=='</p>') x('<p>')</script>seen<style>p{}</style>", "seen\n"},
	{"<!-- hidden <a t='--> b c d'>link</a>", "b c d'>link\n"},
	{"<!-- never ends", "never ends\n"},
	{"a<!-- b <!-- c", "a b c\n"},
	{"a<<!-- x -->script>b</script>c", "a<script>bc\n"},
	{"a<!<!-- x -->-- b", "a<!-- b\n"},
	{"a<i"
	 "\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303"
	 "\274\303\274\303\274>\303\274",
	 "a\303\274\n"},
	{"a<!-->b<!--->c<!-- no -->d", "abcd\n"},
	{"1 < 2 <3 a<b", "1 < 2 <3 a\n"},
	{"so\302\255ft\342\200\213ly", "softly\n"},
	{"<meta charset=koi8-r>\320\237", "\320\237\n"}, /* it is UTF-8 already, whatever it says */
};

START_TEST(pages_become_lines)
{
	struct buffer out = {0};

	ck_assert(html_text(slice_from_text(vectors[_i].html), &out));
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, vectors[_i].text);
	buffer_fini(&out);
}
END_TEST

START_TEST(every_beginning_of_a_page_is_read)
{
	for (size_t len = 0; len <= strlen(vectors[_i].html); len++) {
		struct buffer out = {0};

		html_text(text_cut(slice_from_text(vectors[_i].html), len), &out);
		ck_assert(text_is_utf8(buffer_slice(&out)));
		buffer_fini(&out);
	}
}
END_TEST

START_TEST(depth_and_length_have_limits)
{
	struct buffer html = {0};
	struct buffer out = {0};

	for (int i = 0; i < 30000; i++)
		buffer_append_text(&html, "<b>");
	for (int i = 0; i < 30000; i++)
		buffer_append_text(&html, "</i>");
	ck_assert(!html_text(buffer_slice(&html), &out));
	buffer_clear(&html);
	for (int i = 0; i < HTML_MAX; i++)
		buffer_append_text(&html, "a ");
	ck_assert(!html_text(buffer_slice(&html), &out));
	ck_assert_uint_gt(out.len, HTML_MAX / 2);
	buffer_fini(&html);
	buffer_fini(&out);
}
END_TEST

/* The parser's time would grow with the square of their number. */
START_TEST(many_attributes_take_no_time)
{
	struct buffer html = {0};
	struct buffer out = {0};
	clock_t start = clock();

	buffer_append_text(&html, "<a ");
	for (int i = 0; i < 70000; i++)
		buffer_printf(&html, "a%d ", i);
	buffer_append_text(&html, "href=http://x/ href=http://y/>t</a>");
	ck_assert(html_text(buffer_slice(&html), &out));
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, "t <http://x/>\n");
	ck_assert_int_lt(clock() - start, 5 * CLOCKS_PER_SEC);
	buffer_fini(&html);
	buffer_fini(&out);
}
END_TEST

START_TEST(a_page_names_its_charset)
{
	char name[8];

	ck_assert(html_charset(slice_from_text("<META CHARSET=\"big5\">"), name, sizeof(name)));
	ck_assert_str_eq(name, "big5");
	ck_assert(html_charset(slice_from_text("<meta content='text/html; charset=gb2312'>"), name, sizeof(name)));
	ck_assert_str_eq(name, "gb2312");
	ck_assert(html_charset(slice_from_text("charset=iso-8859-15"), name, sizeof(name)));
	ck_assert_str_eq(name, "iso-885");
	ck_assert(!html_charset(slice_from_text("<p>charset="), name, sizeof(name)));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, html_init, html_fini);
	tcase_add_loop_test(t, pages_become_lines, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, every_beginning_of_a_page_is_read, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, depth_and_length_have_limits);
	tcase_add_test(t, many_attributes_take_no_time);
	tcase_add_test(t, a_page_names_its_charset);
}
