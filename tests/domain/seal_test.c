/* Keys as text, and fields that are closed here and opened elsewhere. */
#include "support/kit.h"

#include "domain/seal.h"

static struct keys_vault make_keys(uint64_t seed)
{
	struct rnd_seeded rnd;
	struct keys_vault keys;
	rnd_seeded_init(&rnd, seed);
	keys_generate(&rnd.base, &keys);
	return keys;
}

static void test_keys__survive_their_text(void **state)
{
	(void)state;
	struct keys_vault keys = make_keys(1);
	struct keys_vault read = { 0 };
	struct buf b;
	buf_init(&b, 256);
	for (enum keys_file which = 0; which < KEYS_FILE_N; which++) {
		b.n = 0;
		keys_encode(&b, &keys, which);
		assert_int_equal(b.err, OK);
		assert_int_equal(keys_decode(buf_str(&b), which, &read), OK);
		for (enum keys_file other = 0; other < KEYS_FILE_N; other++) {
			struct keys_vault wrong = { 0 };
			if (other != which)
				assert_int_equal(keys_decode(buf_str(&b), other, &wrong), E_INPUT);
		}
		assert_int_equal(keys_decode(str_sub(buf_str(&b), 0, b.n - 2), which, &read),
				 E_INPUT);
	}
	assert_memory_equal(read.vault_private, keys.vault_private, KEYS_BYTES);
	assert_memory_equal(read.keys.vault_public, keys.keys.vault_public, KEYS_BYTES);
	assert_memory_equal(read.keys.app, keys.keys.app, KEYS_BYTES);
	assert_int_equal(read.keys.vault_id, keys.keys.vault_id);
	assert_true(keys.keys.vault_id > 0);
	assert_memory_equal(&read.root, &keys.root, sizeof(read.root));
	buf_done(&b);
}

/* The private key alone gives its public half and its id. */
static void test_keys__private_gives_public(void **state)
{
	(void)state;
	struct keys_vault keys = make_keys(2);
	struct keys_vault read = { 0 };
	struct buf b;
	buf_init(&b, 256);
	keys_encode(&b, &keys, KEYS_VAULT_PRIVATE);
	assert_int_equal(keys_decode(buf_str(&b), KEYS_VAULT_PRIVATE, &read), OK);
	assert_memory_equal(read.keys.vault_public, keys.keys.vault_public, KEYS_BYTES);
	assert_int_equal(read.keys.vault_id, keys.keys.vault_id);
	buf_done(&b);
}

static void test_keys__mac_keeps_purposes_apart(void **state)
{
	(void)state;
	struct keys_vault keys = make_keys(3);
	unsigned char one[KEYS_MAC_BYTES];
	unsigned char two[KEYS_MAC_BYTES];
	keys_mac(&keys.keys, "csrf", STR("data"), one);
	keys_mac(&keys.keys, "csrf", STR("data"), two);
	assert_memory_equal(one, two, sizeof(one));
	keys_mac(&keys.keys, "csr", STR("fdata"), two);
	assert_memory_not_equal(one, two, sizeof(one));
	keys_mac(&keys.keys, "device", STR("data"), two);
	assert_memory_not_equal(one, two, sizeof(one));
	keys.keys.app[0] ^= 1;
	keys_mac(&keys.keys, "csrf", STR("data"), two);
	assert_memory_not_equal(one, two, sizeof(one));
}

static void test_keys__sign_what_the_public_half_checks(void **state)
{
	(void)state;
	struct keys_vault keys = make_keys(4), others = make_keys(5);
	unsigned char hash[KEYS_BYTES] = "thirty-two bytes, of whatever it", sig[KEYS_SIG_BYTES];
	const struct str said = { .p = (const char *)sig, .n = sizeof(sig) };
	struct keys_root checker = { 0 };
	memcpy(checker.public, keys.root.public, KEYS_BYTES);
	keys_sign(&keys.root, hash, sig);
	assert_true(keys_signed(&checker, hash, said));
	assert_false(keys_signed(&others.root, hash, said));
	assert_false(keys_signed(&checker, hash, str_sub(said, 0, said.n - 1)));
	assert_false(keys_signed(&checker, hash, STR("")));
	hash[0] ^= 1;
	assert_false(keys_signed(&checker, hash, said));
}

static struct seal_content content(void)
{
	return (struct seal_content){
		.field = SEAL_PASSPORT,
		.subscriber_id = 42,
		.n = 3,
		.parts = { STR("4010123478"), STR(""), STR("ТП № 45") },
	};
}

static void test_seal__opens_by_the_vault_only(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct keys_vault keys = make_keys(1);
	struct keys_vault others = make_keys(2);
	struct seal_content c = content();
	struct seal_content got;
	struct str sealed;
	assert_int_equal(seal_make(&keys.keys, a, &c, &sealed), OK);
	assert_null(memmem(sealed.p, sealed.n, "123478", 6));
	assert_int_equal(seal_open(&keys, a, sealed, SEAL_PASSPORT, 42, &got), OK);
	assert_int_equal(got.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(str_eq(got.parts[i], c.parts[i]));
	assert_int_equal(seal_open(&others, a, sealed, SEAL_PASSPORT, 42, &got), E_INPUT);
	assert_int_equal(seal_open(&keys, a, sealed, SEAL_PASSPORT, 43, &got), E_INPUT);
	assert_int_equal(seal_open(&keys, a, sealed, SEAL_ADDRESS, 42, &got), E_INPUT);
	arena_free(a);
}

static void test_seal__refuses_damage(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 22);
	struct keys_vault keys = make_keys(1);
	struct seal_content c = content();
	struct seal_content got;
	struct str sealed;
	assert_int_equal(seal_make(&keys.keys, a, &c, &sealed), OK);
	for (size_t i = 0; i < sealed.n; i++) {
		char damaged[512];
		memcpy(damaged, sealed.p, sealed.n);
		damaged[i] ^= 1;
		struct str s = { .p = damaged, .n = sealed.n };
		assert_int_equal(seal_open(&keys, a, s, SEAL_PASSPORT, 42, &got), E_INPUT);
		assert_int_equal(
			seal_open(&keys, a, str_sub(sealed, 0, i), SEAL_PASSPORT, 42, &got),
			E_INPUT);
	}
	arena_free(a);
}

/* The same text twice gives different bytes: equal passports cannot be told by their rows. */
static void test_seal__never_repeats_itself(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct keys_vault keys = make_keys(1);
	struct seal_content c = content();
	struct str one;
	struct str two;
	assert_int_equal(seal_make(&keys.keys, a, &c, &one), OK);
	assert_int_equal(seal_make(&keys.keys, a, &c, &two), OK);
	assert_false(str_eq(one, two));
	arena_free(a);
}

static void test_seal__has_a_ceiling(void **state)
{
	(void)state;
	static char big[4096];
	struct arena *a = arena_new(1 << 20);
	struct keys_vault keys = make_keys(1);
	struct seal_content c = content();
	struct str sealed;
	c.parts[1] = (struct str){ .p = big, .n = sizeof(big) };
	assert_int_equal(seal_make(&keys.keys, a, &c, &sealed), E_LIMIT);
	c.parts[1].n = sizeof(big) + 1;
	assert_int_equal(seal_make(&keys.keys, a, &c, &sealed), E_LIMIT);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys__survive_their_text),
		cmocka_unit_test(test_keys__private_gives_public),
		cmocka_unit_test(test_keys__mac_keeps_purposes_apart),
		cmocka_unit_test(test_keys__sign_what_the_public_half_checks),
		cmocka_unit_test(test_seal__opens_by_the_vault_only),
		cmocka_unit_test(test_seal__refuses_damage),
		cmocka_unit_test(test_seal__never_repeats_itself),
		cmocka_unit_test(test_seal__has_a_ceiling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
