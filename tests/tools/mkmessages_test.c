/* The compiler of messages from outside: what it takes, what it refuses and on which line, and how
 * long an SMS may be. */
#include "tool.h"

static void compile(struct tool *t, const char *sms, const char *mail)
{
	tool_write(t, "views/mail/frame.txt",
		   "[ru]\n<title>{{ subject }}</title>\n{{ body }}\n[en]\n<title>{{ subject "
		   "}}</title>\n"
		   "{{ body }}\n");
	tool_write(t, "views/sms/one.txt", sms);
	tool_write(t, "views/mail/two.txt", mail);
	tool_run(t, "mkdir -p %s/gen && build/tools/mkmessages %s/gen %s/views", t->dir, t->dir,
		 t->dir);
}

#define SMS  "[ru]\nКод {{ code }}\n[en]\nCode {{ code }}\n"
#define MAIL "[ru]\nТема\n\nТекст\n[en]\nSubject\n\nText\n"

static void takes(struct tool *t, const char *sms, const char *mail, const char *in_table)
{
	compile(t, sms, mail);
	if (t->status != 0)
		fail_msg("%s", t->said);
	tool_run(t, "cat %s/gen/messages.def %s/gen/messages.c", t->dir, t->dir);
	tool_said(t, in_table);
}

static void refuses(struct tool *t, const char *sms, const char *mail, const char *why)
{
	compile(t, sms, mail);
	assert_int_equal(t->status, 1);
	tool_said(t, why);
}

static void test_mkmessages__names_what_must_be_given(void **state)
{
	struct tool *t = *state;

	takes(t, SMS, MAIL, "MESSAGE(MESSAGE_ONE, \"one\", 1)\n");
	tool_said(t, "MESSAGE(MESSAGE_TWO, \"two\", 0)\n");
	takes(t,
	      "# why\n\n[ru]\n{{ number }} {{day}} {{ link /c?t= }}\n[en]\n{{ link /c?t= }} {{ day "
	      "}}, {{number}}\n",
	      MAIL, "MESSAGE(MESSAGE_ONE, \"one\", 14)\n");
	tool_said(t, "{ MESSAGE_LINK, { \"/c?t=\", 5 } }");
}

/* 70 characters in one part, 67 in each of two. */
static void check_length(struct tool *t, int n, const char *parts)
{
	char sms[1024];
	int at = snprintf(sms, sizeof sms, "[ru]\n{{ code }}");

	for (int i = 8; i < n; i++)
		at += snprintf(sms + at, sizeof sms - (size_t)at, "ы");
	snprintf(sms + at, sizeof sms - (size_t)at, "\n[en]\n{{ code }}\n");
	compile(t, sms, MAIL);
	assert_int_equal(t->status, parts ? 0 : 1);
	if (!parts) {
		tool_said(t, "one.txt:2: up to 135 characters; 134 are two parts");
		return;
	}
	tool_run(t, "grep -A 1 'MESSAGE_ONE..OUTBOX_SMS..LANG_RU' %s/gen/messages.c", t->dir);
	tool_said(t, parts);
}

static void test_mkmessages__counts_parts(void **state)
{
	struct tool *t = *state;

	check_length(t, 70, ".parts_max = 1,");
	check_length(t, 71, ".parts_max = 2,");
	check_length(t, 134, ".parts_max = 2,");
	check_length(t, 135, NULL);
}

static void test_mkmessages__frames_letters(void **state)
{
	struct tool *t = *state;

	takes(t, SMS,
	      "[ru]\nА & Б\n\nПервая\nстрока\n\nВторая {{ link /e?t= }}\n[en]\nA & "
	      "B\n\nOne\nline\n\n"
	      "Two {{ link /e?t= }}\n",
	      "mail_two_en_subject[] = {\n\t{ MESSAGE_LITERAL, { \"A & B\", 5 } },\n}");
	tool_said(t,
		  "mail_two_en_text[] = {\n\t{ MESSAGE_LITERAL, { \"One line\", 8 } },\n\t{ "
		  "MESSAGE_LITERAL, { \"\\n\"\n\t\t\"\\n\", 2 } },\n\t{ MESSAGE_LITERAL, { \"Two "
		  "\", 4 } },\n\t{ MESSAGE_LINK, { \"/e?t=\", 5 } },");
	tool_said(t, "mail_two_en_html[] = {\n\t{ MESSAGE_LITERAL, { \"<title>\", 7 } },\n\t{ "
		     "MESSAGE_LITERAL, { \"A &amp; B\", 9 } },");
	tool_said(t, "{ \"<a href=\\\"\", 9 } },\n\t{ MESSAGE_LINK, { \"/e?t=\", 5 } },\n\t{ "
		     "MESSAGE_LITERAL, { \"\\\">\", 2 } },\n\t{ MESSAGE_LINK,");
}

static void test_mkmessages__refuses_what_is_not_whole(void **state)
{
	struct tool *t = *state;

	refuses(t, "[ru]\nКод {{ code }}\n", MAIL, "one.txt:2: there is no text in: «en»");
	refuses(t, "[ru]\n\n[en]\nx\n", MAIL, "one.txt:4: there is no text in: «ru»");
	refuses(t, SMS "[ru]\nеще\n", MAIL, "one.txt:5: this language stands twice");
	refuses(t, "Код\n" SMS, MAIL, "one.txt:1: a comment or [ru] was expected: «Код»");
	refuses(t, "[ru]\nа\n\nб\n[en]\nx\n", MAIL, "one.txt:2: an SMS is one paragraph");
	refuses(t, SMS, "[ru]\nТема\n[en]\nSubject\n", "there is a subject and no text");
	refuses(t, "[ru]\nКод {{ code }}\n[en]\nCode\n", MAIL,
		"one.txt: the two languages show other values");
}

static void test_mkmessages__refuses_what_is_no_value(void **state)
{
	struct tool *t = *state;

	refuses(t, "[ru]\nКод\n{{ text }}\n[en]\nx\n", MAIL,
		"one.txt:2: there is no such value: «text»");
	refuses(t, "[ru]\n{{ code\n[en]\nx\n", MAIL, "one.txt:2: {{ is not closed");
	refuses(t, "[ru]\n{{ code /x }}\n[en]\nx\n", MAIL,
		"a link has a path, other values have none");
	refuses(t, "[ru]\n{{ link }}\n[en]\nx\n", MAIL,
		"a link has a path, other values have none");
	refuses(t, "[ru]\n{{ link /\"> }}\n[en]\nx\n", MAIL,
		"a link has a path, other values have none");
	refuses(t, "[ru]\n{{ link //evil }}\t\x01\n[en]\nx\n", MAIL, "a control character");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mkmessages__names_what_must_be_given,
						tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(test_mkmessages__counts_parts, tool_setup,
						tool_teardown),
		cmocka_unit_test_setup_teardown(test_mkmessages__frames_letters, tool_setup,
						tool_teardown),
		cmocka_unit_test_setup_teardown(test_mkmessages__refuses_what_is_not_whole,
						tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(test_mkmessages__refuses_what_is_no_value,
						tool_setup, tool_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
