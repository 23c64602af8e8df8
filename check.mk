# Everything that proves the program: included by the Makefile.
#   make check    everything, at most ten minutes warm (tools/check)
#   make test     unit tests of one variant (VARIANT=asan CC=clang ...), T=core/money for one of them
#   make fuzz     each parser under libFuzzer for RUNS=200000 inputs
#   make torture  each allocation, each statement fails in turn; CASE=import for the cases of that name
#   make fault    worker, web, all of it killed under load KILLS=200 times, both databases; SEED= of a run that failed
#   make bench    how fast, how big (bench/run); writes build/bench.json
#   make canary   no seeded passport in database, backup, log or memory
#   make fresh    all of it in a clean Debian 12

check:
	@sh tools/check

test: $(if $(T),$(OUT)/tests/$(T)_test,$(TEST_BIN))
	@for t in $(sort $^); do case $$t in *_test) sh tools/suite unit/$${t#$(OUT)/tests/} $$t || bad=1 ;; esac; done; \
		[ -z "$$bad" ]

asan:
	@$(MAKE) VARIANT=asan CC=gcc test

tsan:
	@$(MAKE) VARIANT=tsan CC=clang test

# --- fuzz: the library built for it, one target a parser ---------------------------------------------------
FUZZ_SRC := $(wildcard tests/fuzz/*_fuzz.c)
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/%)
FUZZ_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
RUNS ?= 200000

fuzz-targets:
	@$(MAKE) CC=clang VARIANT=fuzz CFLAGS_fuzz='$(FUZZ_FLAGS)' LDFLAGS_fuzz='-fsanitize=fuzzer,address,undefined' \
		$(FUZZ_BIN)
build/fuzz/%: tests/fuzz/%.c $(OUT)/libkabinet.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(PKG_CFLAGS) $(LDFLAGS) -Itests -o $@ $(filter %.c,$^) $(OUT)/libkabinet.a $(PKG_LIBS)
build/fuzz/mkview_fuzz: $(wildcard tools/mkview_*.c) | tools/gen.c tools/mkview.h
fuzz: fuzz-targets
	@bad=; for t in $(notdir $(FUZZ_BIN)); do \
		sh tools/suite fuzz/$${t%_fuzz} sh tests/fuzz/run $(RUNS) $${t%_fuzz} || bad=1; done; [ -z "$$bad" ]

# --- torture: calls that the linker leads through tests/fault/fault.c ---------------------------------------
FAULT_WRAPPED := malloc calloc realloc reallocarray aligned_alloc posix_memalign strdup strndup asprintf __asprintf_chk \
	pthread_create crypto_pwhash_str crypto_pwhash_str_verify arena_alloc arena_array arena_str arena_on_close \
	stmt_run sqlite_conn_control web_handle
FAULT_OBJ := $(patsubst tests/%.c,$(OUT)/tests/%.o,$(wildcard tests/fault/*.c))
$(OUT)/tests/torture: $(FAULT_OBJ) $(SUPPORT_OBJ) $(OUT)/libkabinet.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) $(FAULT_WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(PKG_LIBS) -lcmocka
torture-build: $(OUT)/tests/torture
torture: $(OUT)/tests/torture
	@sh tools/suite torture $< all $(CASE)

# --- killed ------------------------------------------------------------------------------------------------
KILLS ?= 200
fault:
	@sh tools/deps build test
	@sh tools/npm
	@$(MAKE) CC=gcc VARIANT=release kabinet
	@KILLS=$(KILLS) sh tests/support/pg run node --test --test-reporter=spec tests/scenario/kill.test.mjs

# --- measured ----------------------------------------------------------------------------------------------
bench:
	@sh tools/deps build test
	@$(MAKE) CC=gcc VARIANT=release kabinet
	@sh bench/run

$(OUT)/bench/%: bench/%.c $(SUPPORT_OBJ) $(OUT)/libkabinet.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) $(LDFLAGS) -Itests -o $@ $^ $(PKG_LIBS) -lcmocka

canary:
	@sh tools/deps build test
	@$(MAKE) CC=gcc VARIANT=release kabinet
	@sh tools/canary

labels:
	@sh tools/labels build/check/pages

fresh:
	@sh tools/fresh

format:
	clang-format -i $$(find src tests tools -name '*.[ch]' -not -path '*/node_modules/*')

.PHONY: check test asan tsan fuzz fuzz-targets torture torture-build fault bench canary labels fresh format
