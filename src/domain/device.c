/* Inside the cookie, before base64: version (1 byte), number (8), epoch (8), issue time in ms (8),
 * random (16), MAC of all that (32). Numbers are big-endian. */
#include "domain/device.h"

#include <sodium.h>

#include "domain/keys.h"

#define VERSION      1
#define RANDOM_BYTES 16
#define AT_NUMBER    1
#define AT_EPOCH     9
#define AT_ISSUED    17
#define AT_RANDOM    25
#define AT_MAC       (AT_RANDOM + RANDOM_BYTES)
#define BYTES        (AT_MAC + KEYS_MAC_BYTES)
#define VARIANT      sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define KNOWN_MS     (180 * DAY_MS)

_Static_assert(DEVICE_NAME_BYTES == 2 * RANDOM_BYTES + 1,
	       "a name is the random part in hexadecimal");

static void put_i64(unsigned char *p, int64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i) & 0xff);
}

static int64_t get_i64(const unsigned char *p)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static void mac_of(const struct app *app, const unsigned char *cookie,
		   unsigned char mac[KEYS_MAC_BYTES])
{
	keys_mac(app->keys, "device", (struct str){ .p = (const char *)cookie, .n = AT_MAC }, mac);
}

enum err device_make(const struct app *app, struct arena *a, int64_t number_id, int64_t epoch,
		     struct str *ret)
{
	unsigned char cookie[BYTES] = { VERSION };
	put_i64(cookie + AT_NUMBER, number_id);
	put_i64(cookie + AT_EPOCH, epoch);
	put_i64(cookie + AT_ISSUED, app_now(app).ms);
	app->rnd->fill(app->rnd, cookie + AT_RANDOM, RANDOM_BYTES);
	mac_of(app, cookie, cookie + AT_MAC);
	char text[sodium_base64_ENCODED_LEN(BYTES, VARIANT)];
	sodium_bin2base64(text, sizeof(text), cookie, sizeof(cookie), VARIANT);
	return arena_str(a, str_c(text), ret);
}

bool device_known(const struct app *app, struct str cookie, int64_t number_id, int64_t epoch,
		  char name[DEVICE_NAME_BYTES])
{
	unsigned char bytes[BYTES];
	unsigned char mac[KEYS_MAC_BYTES];
	size_t n;
	if (sodium_base642bin(bytes, sizeof(bytes), cookie.p, cookie.n, NULL, &n, NULL, VARIANT) !=
		    0 ||
	    n != sizeof(bytes))
		return false;
	mac_of(app, bytes, mac);
	if (sodium_memcmp(mac, bytes + AT_MAC, sizeof(mac)) != 0 || bytes[0] != VERSION)
		return false;
	int64_t age_ms = app_now(app).ms - get_i64(bytes + AT_ISSUED);
	if (get_i64(bytes + AT_NUMBER) != number_id || get_i64(bytes + AT_EPOCH) != epoch ||
	    age_ms > KNOWN_MS || age_ms < -APP_SKEW_MS)
		return false;
	sodium_bin2hex(name, DEVICE_NAME_BYTES, bytes + AT_RANDOM, RANDOM_BYTES);
	return true;
}
