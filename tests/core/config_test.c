#include "core/check.h"

#include "core/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct fixture {
	struct config config;
	struct arena *arena;
	struct buf errors;
	char path[32];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	*f = (struct fixture){ .arena = arena_new(1 << 20), .path = "/tmp/kabinet-config-XXXXXX" };
	buf_init(&f->errors, 1 << 16);
	config_default(&f->config);
	int fd = mkstemp(f->path);
	*state = f;
	return f->arena && fd >= 0 ? close(fd) : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	unlink(f->path);
	buf_done(&f->errors);
	arena_free(f->arena);
	free(f);
	return 0;
}

static enum err load(struct fixture *f, struct str text)
{
	FILE *file = fopen(f->path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
	assert_int_equal(fclose(file), 0);
	return config_load(&f->config, f->arena, f->path, &f->errors);
}

static void check_good(struct fixture *f, struct str text)
{
	if (load(f, text) != OK)
		fail_msg("%.*s", (int)f->errors.n, f->errors.p);
	assert_int_equal(f->errors.n, 0);
}

/* The file has exactly one fault: on this line, with this text. */
static void check_fault(struct fixture *f, struct str text, int line, const char *fault)
{
	assert_int_equal(load(f, text), E_INPUT);
	char want[600];
	snprintf(want, sizeof(want), "%s:%d: %s", f->path, line, fault);
	check_str(str_sub(buf_str(&f->errors), 0, strlen(want)), str_c(want));
	assert_int_equal(str_find(buf_str(&f->errors), '\n'), f->errors.n - 1);
	f->errors.n = 0;
}

static void test_config__defaults(void **state)
{
	struct fixture *f = *state;
	check_str(f->config.http_listen, STR("127.0.0.1:8080"));
	assert_int_equal(f->config.http_header_ms, 10000);
	check_str(f->config.log_level, STR("info"));
	check_str(f->config.http_origin, STR(""));
}

static void test_config__reads_over_the_defaults(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR("# a comment\n\n[http]\nlisten = unix:/run/k.sock\nwork_threads: 64\n"
			  "; another\n[log]\nlevel=debug\n[http]\nio_threads=0"));
	check_str(f->config.http_listen, STR("unix:/run/k.sock"));
	assert_int_equal(f->config.http_work_threads, 64);
	check_str(f->config.log_level, STR("debug"));
	assert_int_equal(f->config.http_header_ms, 10000);
}

static void test_config__an_empty_file_and_an_empty_value(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR(""));
	check_good(f, STR("[http]\nmetrics =\n"));
	check_str(f->config.http_metrics, STR(""));
}

static void test_config__what_every_page_shows_cannot_be_empty(void **state)
{
	static const char *const keys[] = {
		"[store]\nurl",
		"[keys]\ndir",
		"[http]\nlisten",
		"[operator]\nname",
		"[operator]\narea",
		"[operator]\nshort_name",
		"[operator]\nsupport_phone",
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char text[64];
		char fault[128];
		const char *key = strchr(keys[i], '\n') + 1;
		snprintf(text, sizeof(text), "%s =  \n", keys[i]);
		snprintf(fault, sizeof(fault), "%.*s %s: \"\" cannot be used; allowed is one line",
			 (int)(key - keys[i] - 1), keys[i], key);
		check_fault(f, str_c(text), 2, fault);
	}
	check_good(f, STR("[http]\norigin =\nproxies =\nmetrics =\n"));
}

static void test_config__unknown_key(void **state)
{
	struct fixture *f = *state;
	check_fault(f, STR("[keys]\n\nlissten = 1\n"), 3,
		    "[keys] lissten: no such setting; this section has: dir\n");
}

static void test_config__wrong_section(void **state)
{
	struct fixture *f = *state;
	check_fault(f, STR("[htpp]\nlisten = 1\n"), 2,
		    "[htpp] listen: no such section; there are: store keys http roles log ");
	/* Before any section. */
	check_fault(f, STR("listen = 1\n"), 1, "[] listen: no such section; there are: store ");
	/* A key of another section. */
	check_fault(f, STR("[keys]\nlisten = 1\n"), 2, "[keys] listen: no such setting");
}

static void test_config__bad_value(void **state)
{
	struct fixture *f = *state;
	check_fault(f, STR("[http]\nwork_threads = many\n"), 2,
		    "[http] work_threads: \"many\" cannot be used; allowed is a whole number from "
		    "1 to 64\n");
	check_fault(f, STR("[http]\nwork_threads = 1.5\n"), 2,
		    "[http] work_threads: \"1.5\" cannot");
	check_fault(f, STR("[http]\nwork_threads =\n"), 2, "[http] work_threads: \"\" cannot");
	check_fault(
		f, STR("[log]\nlevel = INFO\n"), 2,
		"[log] level: \"INFO\" cannot be used; allowed is one of: debug info warn error\n");
	check_fault(f, STR("[log]\nlevel = debug info\n"), 2, "[log] level: \"debug info\" cannot");
	check_fault(f, STR("[operator]\nname = \xD1\xEC\xE0\xF0\xF2\n"), 2,
		    "[operator] name: cannot be used; allowed is one line of UTF-8");
	assert_int_equal(f->config.http_work_threads, 16);
	check_str(f->config.log_level, STR("info"));
}

static void test_config__out_of_range(void **state)
{
	struct fixture *f = *state;
	check_fault(f, STR("[http]\nwork_threads = 0\n"), 2, "[http] work_threads: \"0\" cannot");
	check_fault(f, STR("[http]\nwork_threads = 65\n"), 2, "[http] work_threads: \"65\" cannot");
	check_fault(f, STR("[operator]\nutc_offset_min = -721\n"), 2,
		    "[operator] utc_offset_min: \"-721\" cannot be used; allowed is a whole number "
		    "from -720 to 840\n");
	check_fault(f, STR("[http]\nwork_threads = 99999999999999999999\n"), 2, "[http] work_th");
	assert_int_equal(f->config.http_work_threads, 16);
	check_good(f, STR("[operator]\nutc_offset_min = -720\n[http]\nwork_threads = 64\n"));
	assert_int_equal(f->config.operator_utc_offset_min, -720);
}

static void test_config__addresses_and_short_names(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR("[sms_smpp]\naddress = smsc.example.ru:2775\nsender = SmartKarta\n"));
	check_str(f->config.sms_smpp_address, STR("smsc.example.ru:2775"));
	check_good(f, STR("[sms_smpp]\naddress =\nsender =\n"));
	check_fault(f, STR("[sms_smpp]\naddress = smsc.example.ru\n"), 2,
		    "[sms_smpp] address: \"smsc.example.ru\" cannot be used; allowed is host:port, "
		    "[address]:port, or nothing\n");
	check_fault(f, STR("[sms_smpp]\nsender = 123456789012\n"), 2,
		    "[sms_smpp] sender: \"123456789012\" cannot be used; allowed is at most 11 "
		    "characters of ASCII\n");
	check_fault(f, STR("[sms_smpp]\nsender = Карта\n"), 2, "[sms_smpp] sender: ");
}

static void test_config__duplicate(void **state)
{
	struct fixture *f = *state;
	check_fault(f, STR("[http]\nlisten = a:1\n[log]\n[http]\nlisten = b:2\n"), 5,
		    "[http] listen: set twice; the first time on line 2\n");
	check_str(f->config.http_listen, STR("a:1"));
	check_fault(f, STR("[http]\nlisten = a:1\nlisten = a:1\n"), 3, "[http] listen: set twice");
}

static void test_config__crlf_and_bom(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR("\xEF\xBB\xBF[http]\r\nlisten = 127.0.0.1:81\r\n\r\n# c\r\nio_threads = "
			  "2\r\n"));
	check_str(f->config.http_listen, STR("127.0.0.1:81"));
	assert_int_equal(f->config.http_io_threads, 2);
	check_fault(f, STR("\xEF\xBB\xBF[http]\r\nx = 1\r\n"), 2, "[http] x: no such setting");
}

static void test_config__comments_and_values(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR("[operator]\nname = a;b#c ; a comment\narea = # is no comment here\n"
			  "[store]\nurl = postgresql://u:p=w@h/d?a=1:2#x\n"));
	check_str(f->config.operator_name, STR("a;b#c"));
	check_str(f->config.operator_area, STR("# is no comment here"));
	check_str(f->config.store_url, STR("postgresql://u:p=w@h/d?a=1:2#x"));
	check_good(f, STR("[http]\nproxies = ;all a comment\n"));
	check_str(f->config.http_proxies, STR(""));
}

/* libinih would take an indented line for more of the value before it. */
static void test_config__indent_means_nothing(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR("[http]\n\tlisten = a:1\n\tio_threads = 2\n  ; comment\n  [log]\n level "
			  "= warn\n"));
	check_str(f->config.http_listen, STR("a:1"));
	assert_int_equal(f->config.http_io_threads, 2);
	check_str(f->config.log_level, STR("warn"));
}

static void test_config__not_understood(void **state)
{
	struct fixture *f = *state;
	check_fault(f, STR("[http]\nlisten\nio_threads = 1\n"), 2,
		    "not understood; allowed are [section]");
	check_fault(f, STR("[http]\nlisten"), 2, "not understood; allowed are [section]");
	check_fault(f, STR("[http]\n[log\nlisten = a:1\n"), 2, "not understood");
}

static void test_config__long_lines_and_nul(void **state)
{
	struct fixture *f = *state;
	char text[512] = "[operator]\nname = ";
	size_t head = strlen(text);
	size_t line = strlen("name = ");
	memset(text + head, 'x', 300);
	struct str fits = { .p = text, .n = head + 198 - line };
	check_good(f, fits);
	assert_int_equal(f->config.operator_name.n, 198 - line);
	memcpy(text + fits.n, "\n[log]\nlevel = warn\n", 20);
	check_good(f, (struct str){ .p = text, .n = fits.n + 19 });
	check_str(f->config.log_level, STR("warn"));
	memset(text + head, 'x', 300);
	check_fault(f, (struct str){ .p = text, .n = fits.n + 1 }, 2,
		    "the line is too long; at most 198");
	check_fault(f, STR("[operator]\nname = a\0b\n"), 2, "there is a NUL byte in the line\n");
}

static void test_config__all_faults_at_once(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(load(f, STR("[http]\nlissten = 1\nnonsense\nio_threads = 99\nworse\n"
				     "[log]\nlevel = loud\nlevel = warn\n[x]\ny = 1\n")),
			 E_INPUT);
	static const char *const want[] = {
		":2: [http] lissten: ", ":3: not understood", ":4: [http] io_threads: ",
		":5: not understood",   ":7: [log] level: ",  ":8: [log] level: set twice",
		":10: [x] y: ",
	};
	size_t lines = 0;
	for (size_t i = 0; i < f->errors.n; i++)
		lines += f->errors.p[i] == '\n';
	assert_int_equal(lines, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		check_has(&f->errors, want[i]);
}

static void test_config__no_file(void **state)
{
	struct fixture *f = *state;
	enum err e = config_load(&f->config, f->arena, "/nonexistent/k.ini", &f->errors);
	assert_int_equal(e, E_NOTFOUND);
	check_printed(&f->errors, "/nonexistent/k.ini: no such file\n");
	assert_int_equal(config_load(&f->config, f->arena, "/", &f->errors), E_INPUT);
	check_printed(&f->errors, "/: cannot be read to its end\n");
}

static void test_config__without_memory(void **state)
{
	struct fixture *f = *state;
	struct arena *small = arena_new(16);
	struct buf *errors = &f->errors;
	assert_int_equal(config_set(&f->config, small, STR("http"), STR("listen"),
				    STR("a value that is longer"), errors),
			 E_NOMEM);
	check_str(f->config.http_listen, STR("127.0.0.1:8080"));
	arena_free(small);
}

static void test_config__set_one(void **state)
{
	struct fixture *f = *state;
	struct buf *errors = &f->errors;
	char value[] = "[::1]:80";
	assert_int_equal(
		config_set(&f->config, f->arena, STR("http"), STR("listen"), str_c(value), errors),
		OK);
	value[0] = 'x';
	check_str(f->config.http_listen, STR("[::1]:80"));
	assert_int_equal(
		config_set(&f->config, f->arena, STR("http"), STR("io_threads"), STR("-1"), errors),
		E_INPUT);
	check_printed(errors,
		      "[http] io_threads: \"-1\" cannot be used; allowed is a whole number from "
		      "0 to 64\n");
	assert_int_equal(config_set(&f->config, f->arena, STR("http"), STR("x"), STR("1"), errors),
			 E_INPUT);
	check_has(errors, "[http] x: no such setting; this section has: listen ");
	errors->n = 0;
	assert_int_equal(
		config_set(&f->config, f->arena, STR("operator"), STR("name"), STR("a\nb"), errors),
		E_INPUT);
}

/* In UTF-16 units, as an SMS counts: the last character is two. */
static void test_config__long_text(void **state)
{
	struct fixture *f = *state;
	check_good(f, STR("[operator]\nshort_name = Мобильная связь1\n"));
	check_str(f->config.operator_short_name, STR("Мобильная связь1"));
	check_good(f, STR("[operator]\nshort_name = Мобильная связ🐟\n"));
	check_fault(f, STR("[operator]\nshort_name = Мобильная связь🐟\n"), 2,
		    "[operator] short_name: \"Мобильная связь🐟\" cannot be used; allowed is one "
		    "line of UTF-8 text without control characters, at most 16 characters\n");
}

static void check_same(const struct config *a, const struct config *b)
{
#define CONF_STR(section, key, dflt, help)       check_str(a->section##_##key, b->section##_##key);
#define CONF_TEXT(section, key, dflt, max, help) check_str(a->section##_##key, b->section##_##key);
#define CONF_INT(section, key, dflt, min, max, help)                                               \
	assert_int_equal(a->section##_##key, b->section##_##key);
#define CONF_BOOL(section, key, dflt, help)                                                        \
	assert_int_equal(a->section##_##key, b->section##_##key);
#define CONF_ENUM(section, key, dflt, choices, help)                                               \
	check_str(a->section##_##key, b->section##_##key);
#define CONF_ADDR(section, key, dflt, help)       CONF_STR(section, key, dflt, help)
#define CONF_ASCII(section, key, dflt, max, help) CONF_STR(section, key, dflt, help)
#include "core/config.def"
#undef CONF_STR
#undef CONF_TEXT
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_ENUM
#undef CONF_ADDR
#undef CONF_ASCII
}

static void test_config__reads_what_it_prints(void **state)
{
	struct fixture *f = *state;
	struct buf text;
	buf_init(&text, 1 << 16);
	config_print(&text);
	assert_int_equal(text.err, OK);
	check_has(&text, "\n[http]\n# address:port, [address]:port, unix:/path, or fd:N\n"
			 "listen = 127.0.0.1:8080\n");
	check_has(&text,
		  "\n# handlers that may wait for the database (a whole number from 1 to 64)\n"
		  "work_threads = 16\n");
	check_has(&text, "(one of: debug info warn error)\nlevel = info\n");
	struct config defaults;
	config_default(&defaults);
	memset(&f->config, 0, sizeof(f->config));
	check_good(f, buf_str(&text));
	check_same(&f->config, &defaults);
	buf_done(&text);
}

#define with(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with(test_config__defaults),
		with(test_config__reads_over_the_defaults),
		with(test_config__an_empty_file_and_an_empty_value),
		with(test_config__what_every_page_shows_cannot_be_empty),
		with(test_config__unknown_key),
		with(test_config__wrong_section),
		with(test_config__bad_value),
		with(test_config__long_text),
		with(test_config__out_of_range),
		with(test_config__addresses_and_short_names),
		with(test_config__duplicate),
		with(test_config__crlf_and_bom),
		with(test_config__comments_and_values),
		with(test_config__indent_means_nothing),
		with(test_config__not_understood),
		with(test_config__long_lines_and_nul),
		with(test_config__all_faults_at_once),
		with(test_config__no_file),
		with(test_config__without_memory),
		with(test_config__set_one),
		with(test_config__reads_what_it_prints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
