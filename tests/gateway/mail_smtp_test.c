/* Letters to a relay that others wrote (npm smtp-server), read back by a parser that others wrote
 * (npm postal-mime): whole in Russian, over TLS that is verified, and each way to fail told apart.
 */
#include "gateway/mail_smtp.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/outcomes.h"
#include "support/peer.h"

#define PASSWORD "пароль: 1"

/* A server of names that does not answer before the test says so. */
static sem_t asked, may_answer, answered;

/* In the place of libc's. */
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
		struct addrinfo **ret)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (strcmp(host, "silent.invalid") != 0)
		return real(host, port, hints, ret);
	sem_post(&asked);
	sem_wait(&may_answer);
	sem_post(&answered);
	return EAI_AGAIN;
}

struct fixture {
	struct outcomes *o;
	struct peer *peer;
	struct mail_smtp_opts opts;
	char port_text[8];
	struct port_mail *port;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->o = outcomes_new();
	f->opts = (struct mail_smtp_opts){
		.clock = clock_system(),
		.log = outcomes_log(f->o),
		.relay.host = STR("127.0.0.1"),
		.tls = CLIENT_TLS_NONE,
		.user = "",
		.ca_file = "",
		.from = STR("noreply@lk.example.ru"),
		.from_name = STR("Смарт Кард"),
		.deadline_ms = 20000,
		.window = 4,
		.utc_offset_min = 180,
	};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	port_mail_stop(f->port, 0);
	peer_stop(f->peer);
	outcomes_free(f->o);
	free(f);
	return 0;
}

static void at_port(struct fixture *f, int port)
{
	snprintf(f->port_text, sizeof(f->port_text), "%d", port);
	f->opts.relay.port = str_c(f->port_text);
}

static void relay(struct fixture *f, const char *how)
{
	const char *const argv[] = { "node", "tests/support/smtp_peer.mjs", how, NULL };
	f->peer = peer_start(argv);
	at_port(f, peer_port(f->peer));
	if (peer_ca(f->peer)[0])
		f->opts.ca_file = peer_ca(f->peer);
}

static void start(struct fixture *f)
{
	const struct port_mail_events events = outcomes_mail(f->o);
	assert_int_equal(mail_smtp_start(&f->opts, &events, &f->port), OK);
}

static struct mail_out letter(int64_t id, const char *to)
{
	return (struct mail_out){
		.id = id,
		.to = str_c(to),
		.subject = STR("Code"),
		.text = STR("Hello\n"),
	};
}

static void send_to(struct fixture *f, int64_t id, const char *to)
{
	const struct mail_out m = letter(id, to);
	assert_int_equal(port_mail_submit(f->port, &m), OK);
}

static void test_mail_smtp__arrives_whole(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	start(f);
	const struct mail_out m = {
		.id = 7001,
		.to = STR("petrov@mail.example.ru"),
		.subject = STR("Код для входа в личный кабинет оператора связи «Смарт Кард» — 😀"),
		.text = STR("Здравствуйте!\n.\n..две точки\n.точка\n\nОт кого = от нас.\n"),
		.html = STR("<p>Здравствуйте!</p>\n<p>.</p>\n.\n"),
	};
	assert_int_equal(port_mail_submit(f->port, &m), OK);
	outcomes_want(f->o, 7001, SENT_OK);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "to"), "petrov@mail.example.ru");
	assert_string_equal(peer_text(f->peer, "from"), "noreply@lk.example.ru");
	assert_string_equal(peer_text(f->peer, "helo"), "lk.example.ru");
	assert_string_equal(peer_text(f->peer, "subject"), m.subject.p);
	assert_string_equal(peer_text(f->peer, "fromName"), "Смарт Кард");
	assert_string_equal(peer_text(f->peer, "fromAddress"), "noreply@lk.example.ru");
	assert_string_equal(peer_text(f->peer, "headerTo"), "petrov@mail.example.ru");
	assert_string_equal(peer_text(f->peer, "messageId"), "<7001.kabinet@lk.example.ru>");
	assert_string_equal(peer_text(f->peer, "auto"), "auto-generated");
	assert_string_equal(peer_text(f->peer, "text"), m.text.p);
	assert_string_equal(peer_text(f->peer, "html"), m.html.p);
}

/* Quoted-printable, one part, dots at the beginning of lines. */
static void test_mail_smtp__plain_text_with_dots(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	start(f);
	struct mail_out m = letter(1, "a@example.com");
	m.text = STR(".\n.leading\nlast\n.\n");
	assert_int_equal(port_mail_submit(f->port, &m), OK);
	outcomes_want(f->o, 1, SENT_OK);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "text"), m.text.p);
	assert_string_equal(peer_text(f->peer, "html"), "");
}

static void check_signed_in(struct fixture *f, const char *how, enum client_tls tls)
{
	relay(f, how);
	f->opts.tls = tls;
	f->opts.user = "kabinet";
	f->opts.password.bytes = STR(PASSWORD);
	start(f);
	send_to(f, 1, "a@example.com");
	outcomes_want(f->o, 1, SENT_OK);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "auth"), "kabinet");
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "user"), "kabinet");
	assert_int_equal(peer_number(f->peer, "secure"), 1);
	assert_int_equal(port_mail_link(f->port), MAIL_LINK_FREE);
}

#define SIGNED_IN(tls) "{\"tls\":\"" tls "\",\"user\":\"kabinet\",\"pass\":\"" PASSWORD "\"}"

static void test_mail_smtp__starttls(void **state)
{
	check_signed_in(*state, SIGNED_IN("starttls"), CLIENT_TLS_STARTTLS);
}

static void test_mail_smtp__implicit_tls(void **state)
{
	check_signed_in(*state, SIGNED_IN("implicit"), CLIENT_TLS_IMPLICIT);
}

static void test_mail_smtp__tls_where_offered(void **state)
{
	struct fixture *f = *state;
	relay(f, "{\"tls\":\"starttls\"}");
	f->opts.tls = CLIENT_TLS_IF_OFFERED;
	start(f);
	send_to(f, 1, "a@example.com");
	outcomes_want(f->o, 1, SENT_OK);
	peer_line(f->peer);
	assert_int_equal(peer_number(f->peer, "secure"), 1);
}

/* One try, an alarm, and then the relay is left alone: no room, so nobody tries again. */
static void check_denied(struct fixture *f)
{
	send_to(f, 1, "a@example.com");
	outcomes_want(f->o, 1, SENT_RETRY);
	outcomes_want_log(f->o, "mail_relay_denied");
	const struct mail_out m = letter(2, "a@example.com");
	assert_int_equal(port_mail_link(f->port), MAIL_LINK_REFUSED);
	assert_int_equal(port_mail_room(f->port), 0);
	assert_int_equal(port_mail_submit(f->port, &m), E_BUSY);
}

static void test_mail_smtp__wrong_password(void **state)
{
	struct fixture *f = *state;
	relay(f, SIGNED_IN("starttls"));
	f->opts.tls = CLIENT_TLS_STARTTLS;
	f->opts.user = "kabinet";
	f->opts.password.bytes = STR("another");
	start(f);
	check_denied(f);
	peer_line(f->peer);
	assert_string_equal(peer_text(f->peer, "auth"), "kabinet");
}

static void test_mail_smtp__no_password_where_one_is_wanted(void **state)
{
	struct fixture *f = *state;
	relay(f, SIGNED_IN("starttls"));
	f->opts.tls = CLIENT_TLS_STARTTLS;
	start(f);
	check_denied(f);
}

static void test_mail_smtp__starttls_not_offered(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	f->opts.tls = CLIENT_TLS_STARTTLS;
	start(f);
	check_denied(f);
}

static void test_mail_smtp__certificate_of_another(void **state)
{
	struct fixture *f = *state;
	relay(f, "{\"tls\":\"starttls\",\"name\":\"DNS:other.example\"}");
	f->opts.tls = CLIENT_TLS_STARTTLS;
	start(f);
	check_denied(f);
}

static void test_mail_smtp__certificate_of_nobody(void **state)
{
	struct fixture *f = *state;
	relay(f, "{\"tls\":\"implicit\"}");
	f->opts.tls = CLIENT_TLS_IMPLICIT;
	f->opts.ca_file = "";
	start(f);
	check_denied(f);
}

/* What a relay says of one letter is no word against the relay. */
static void test_mail_smtp__refusals(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *to;
		enum sent_outcome outcome;
		const char *detail;
	} all[] = {
		{ "to-450@example.com", SENT_RETRY, "answered, smtp 450" },
		{ "to-550@example.com", SENT_REFUSED, "answered, smtp 550" },
		{ "end-452@example.com", SENT_RETRY, "answered, smtp 452" },
		{ "end-554@example.com", SENT_REFUSED, "answered, smtp 554" },
	};
	relay(f, "{}");
	start(f);
	for (int i = 0; i < 4; i++) {
		send_to(f, i, all[i].to);
		outcomes_want(f->o, i, all[i].outcome);
		assert_string_equal(outcomes_detail(f->o), all[i].detail);
		assert_int_equal(port_mail_link(f->port), MAIL_LINK_FREE);
	}
	send_to(f, 9, "a@example.com");
	outcomes_want(f->o, 9, SENT_OK);
}

/* What is said of our sender is said of every letter: none is given up for it. */
static void test_mail_smtp__refused_sender(void **state)
{
	struct fixture *f = *state;
	relay(f, "{\"sender\":550}");
	start(f);
	check_denied(f);
	assert_string_equal(outcomes_detail(f->o), "answered, smtp 550");
}

/* On a connection that was kept, within TLS, by another code. */
static void test_mail_smtp__sender_refused_later(void **state)
{
	struct fixture *f = *state;
	relay(f, "{\"tls\":\"starttls\",\"sender\":553,\"after\":1}");
	f->opts.tls = CLIENT_TLS_STARTTLS;
	start(f);
	send_to(f, 9, "a@example.com");
	outcomes_want(f->o, 9, SENT_OK);
	check_denied(f);
}

static void test_mail_smtp__sender_put_off(void **state)
{
	struct fixture *f = *state;
	relay(f, "{\"sender\":451}");
	start(f);
	send_to(f, 1, "a@example.com");
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_int_equal(port_mail_link(f->port), MAIL_LINK_FREE);
}

/* The letter was handed over whole: whether it was taken nobody knows. */
static void test_mail_smtp__silence_after_the_letter(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	f->opts.deadline_ms = 1500;
	start(f);
	send_to(f, 1, "silent-end@example.com");
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	assert_string_equal(peer_text((peer_line(f->peer), f->peer), "to"),
			    "silent-end@example.com");
}

static void test_mail_smtp__broken_after_the_letter(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	start(f);
	send_to(f, 1, "break-end@example.com");
	outcomes_want(f->o, 1, SENT_UNKNOWN);
}

/* A listener that takes connections and never says a word. */
static int mute(struct fixture *f)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	at_port(f, ntohs(at.sin_port));
	return fd;
}

static void test_mail_smtp__silence_before_the_letter(void **state)
{
	struct fixture *f = *state;
	int fd = mute(f);
	f->opts.deadline_ms = 300;
	start(f);
	send_to(f, 1, "a@example.com");
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_int_equal(port_mail_link(f->port), MAIL_LINK_DOWN);
	close(fd);
}

/* Nobody there: tried again after a while, by itself, with one letter first. */
static void test_mail_smtp__relay_comes_back(void **state)
{
	struct fixture *f = *state;
	int fd = mute(f);
	close(fd);
	start(f);
	send_to(f, 1, "a@example.com");
	outcomes_want(f->o, 1, SENT_RETRY);
	assert_int_equal(port_mail_link(f->port), MAIL_LINK_DOWN);
	outcomes_want_ready(f->o, 1);
	assert_int_equal(port_mail_room(f->port), 1);
	send_to(f, 2, "a@example.com");
	outcomes_want(f->o, 2, SENT_RETRY);
	outcomes_want_ready(f->o, 2);
}

static void test_mail_smtp__window(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	f->opts.window = 2;
	start(f);
	for (int64_t id = 1; id <= 40; id++) {
		const struct mail_out m = letter(id, "a@example.com");
		enum err e;
		while ((e = port_mail_submit(f->port, &m)) == E_BUSY)
			outcomes_any_ready(f->o);
		assert_int_equal(e, OK);
	}
	port_mail_stop(f->port, 20000);
	f->port = NULL;
	for (int64_t id = 1; id <= 40; id++)
		outcomes_want(f->o, id, SENT_OK);
}

/* Each letter that was taken is answered for before stop() returns, by what is known of it. */
static void test_mail_smtp__stop(void **state)
{
	struct fixture *f = *state;
	relay(f, "{}");
	start(f);
	send_to(f, 1, "silent-end@example.com");
	peer_line(f->peer); /* it has the letter */
	port_mail_stop(f->port, 0);
	f->port = NULL;
	outcomes_want(f->o, 1, SENT_UNKNOWN);
	int fd = mute(f);
	start(f);
	send_to(f, 2, "a@example.com");
	port_mail_stop(f->port, 0);
	f->port = NULL;
	outcomes_want(f->o, 2, SENT_RETRY);
	close(fd);
}

/* Nor does it wait for a name, which may take minutes. */
static void test_mail_smtp__stop_within_a_look_up(void **state)
{
	struct fixture *f = *state;
	f->opts.relay.host = STR("silent.invalid");
	at_port(f, 25);
	sem_init(&asked, 0, 0);
	sem_init(&may_answer, 0, 0);
	sem_init(&answered, 0, 0);
	start(f);
	send_to(f, 1, "a@example.com");
	sem_wait(&asked);
	port_mail_stop(f->port, 0);
	f->port = NULL;
	outcomes_want(f->o, 1, SENT_RETRY);
	sem_post(&may_answer);
	sem_wait(&answered);
}

static size_t read_all(int fd, char *p, size_t max)
{
	size_t n = 0;
	ssize_t got;
	while (n < max && (got = read(fd, p + n, max - n)) > 0)
		n += (size_t)got;
	return n;
}

/* Takes a letter until the relay would have to read it, and then reads no more. */
static int take_half(int listener)
{
	static const char *const says[] = { "220 relay", "250 relay", "250 fine", "250 fine",
					    "354 go on" };
	char line[512];
	int fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		if (i > 0)
			assert_true(read(fd, line, sizeof(line)) > 0);
		assert_true(dprintf(fd, "%s\r\n", says[i]) > 0);
	}
	return fd;
}

/* A letter that is given up half said is not ended: the relay must not take the half for a whole.
 */
static void test_mail_smtp__stop_within_a_letter(void **state)
{
	struct fixture *f = *state;
	static char text[MAIL_BODY_BYTES_MAX];
	static char got[1 << 20];
	/* Little room on the way: the sender's kernel must not take the whole letter. */
	const int least = 1;
	const int segment = 536;
	int listener = mute(f);
	assert_int_equal(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)), 0);
	assert_int_equal(setsockopt(listener, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment)),
			 0);
	memset(text, '=', sizeof(text));
	for (size_t i = 0; i < sizeof(text); i += 70)
		text[i] = '\n';
	start(f);
	struct mail_out m = letter(1, "a@example.com");
	m.text = m.html = (struct str){ .p = text, .n = sizeof(text) };
	assert_int_equal(port_mail_submit(f->port, &m), OK);
	int fd = take_half(listener);
	struct pollfd began = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&began, 1, 60000), 1);
	port_mail_stop(f->port, 0);
	f->port = NULL;
	outcomes_want(f->o, 1, SENT_RETRY);
	size_t n = read_all(fd, got, sizeof(got));
	assert_in_range(n, 1, 300000);
	assert_false(str_ends((struct str){ .p = got, .n = n }, STR("\r\n.\r\n")));
	close(fd);
	close(listener);
}

static void test_mail_smtp__refused_letters(void **state)
{
	struct fixture *f = *state;
	at_port(f, 25);
	start(f);
	const struct mail_out good = letter(1, "a@example.com");
	struct mail_out bad[] = { good, good, good, good, good, good };
	bad[0].to = STR("a@example.com\r\nRCPT TO:<b@example.com>");
	bad[1].to = STR("");
	bad[2].subject = STR("a\r\nBcc: b@example.com");
	bad[3].subject = STR("");
	bad[4].text = STR("\xC0\x80");
	bad[5].html = (struct str){ .p = "a\0b", .n = 3 };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(port_mail_submit(f->port, &bad[i]), E_INPUT);
	assert_int_equal(port_mail_room(f->port), 4);
}

static void test_mail_smtp__refused_settings(void **state)
{
	struct fixture *f = *state;
	const struct port_mail_events events = outcomes_mail(f->o);
	at_port(f, 25);
	const struct mail_smtp_opts good = f->opts;
	struct mail_smtp_opts bad[] = { good, good, good, good, good };
	bad[0].user = "kabinet"; /* a password without TLS */
	bad[1].relay.host = STR("relay.example/x");
	bad[2].relay.host = STR("");
	bad[3].from = STR("nobody");
	bad[4].relay.port = STR("0");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mail_smtp_start(&bad[i], &events, &f->port), E_INPUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mail_smtp__arrives_whole),
		TEST(test_mail_smtp__plain_text_with_dots),
		TEST(test_mail_smtp__starttls),
		TEST(test_mail_smtp__implicit_tls),
		TEST(test_mail_smtp__tls_where_offered),
		TEST(test_mail_smtp__wrong_password),
		TEST(test_mail_smtp__no_password_where_one_is_wanted),
		TEST(test_mail_smtp__starttls_not_offered),
		TEST(test_mail_smtp__certificate_of_another),
		TEST(test_mail_smtp__certificate_of_nobody),
		TEST(test_mail_smtp__refusals),
		TEST(test_mail_smtp__refused_sender),
		TEST(test_mail_smtp__sender_refused_later),
		TEST(test_mail_smtp__sender_put_off),
		TEST(test_mail_smtp__silence_after_the_letter),
		TEST(test_mail_smtp__broken_after_the_letter),
		TEST(test_mail_smtp__silence_before_the_letter),
		TEST(test_mail_smtp__relay_comes_back),
		TEST(test_mail_smtp__window),
		TEST(test_mail_smtp__stop),
		TEST(test_mail_smtp__stop_within_a_look_up),
		TEST(test_mail_smtp__stop_within_a_letter),
		TEST(test_mail_smtp__refused_letters),
		TEST(test_mail_smtp__refused_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
