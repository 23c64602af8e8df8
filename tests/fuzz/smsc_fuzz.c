/* Answers of SMSC.ru: whatever comes, a message is only "sent" with an id that can be asked for. */
#include "gateway/smsc_answer.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *p = fuzz_copy(data, n);
	struct sms_http_told t = { 0 };
	enum sms_final state = SMS_STATE_UNKNOWN;
	smsc_answer_send((struct str){ .p = p, .n = n }, &t);
	hold((t.outcome == SENT_OK) == (t.id[0] != '\0'));
	hold(strspn(t.id, "0123456789") == strlen(t.id));
	hold(memchr(t.detail, '\0', sizeof(t.detail)));
	bool final = smsc_answer_status((struct str){ .p = p, .n = n }, &state);
	hold(final == (state != SMS_STATE_UNKNOWN));
	free(p);
	return 0;
}
