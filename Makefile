# Kabinet. Two commands matter: `make run` and `make check`. No list of files here: sources are found by
# wildcard, what is generated goes to build/.
#   VARIANT=release|debug|asan|tsan   CC=gcc|clang   V=1 shows the commands
MAKEFLAGS += --no-builtin-rules --no-print-directory
VARIANT ?= release
ifeq ($(origin CC),default)
CC := gcc
endif
OUT := build/$(VARIANT)-$(CC)
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)	$@")
GEN := build/gen
HOSTCC := gcc

PKGS := libmicrohttpd sqlite3 libpq libsodium inih libutf8proc libsystemd libcurl jansson gnutls libseccomp liboath \
	libqrencode
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
BASE := -std=gnu17 -D_GNU_SOURCE -fno-strict-overflow -pthread -Isrc -I$(GEN)
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CFLAGS_debug := -O0 -g -fPIE
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_tsan := -O1 -g -fsanitize=thread
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
LDFLAGS_debug := -pie
LDFLAGS_asan := -fsanitize=address,undefined
LDFLAGS_tsan := -fsanitize=thread
CFLAGS := $(BASE) $(WARN) $(CFLAGS_$(VARIANT))
LDFLAGS := -pthread $(LDFLAGS_$(VARIANT))
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)

QUERIES := $(wildcard sql/query/*.sql)
SCHEMA := $(wildcard sql/schema/*.sql)
VIEWS := $(shell find views -name '*.html' 2>/dev/null)
VIEW_TEXTS := $(wildcard views/*.txt)
MESSAGES := $(wildcard views/sms/*.txt views/mail/*.txt)
ASSETS := $(shell find assets -type f 2>/dev/null)

SRC := $(shell find src -name '*.c')
LIB_SRC := $(filter-out src/main.c,$(SRC))
LIB_OBJ := $(LIB_SRC:src/%.c=$(OUT)/%.o)
GEN_SRC := $(QUERIES:sql/query/%.sql=$(GEN)/q_%.c) $(GEN)/schema.c $(GEN)/stmts.c $(GEN)/assets.c $(GEN)/views.c $(GEN)/messages.c
GEN_OBJ := $(GEN_SRC:$(GEN)/%.c=$(OUT)/gen/%.o)
TEST_SRC := $(shell find tests -name '*_test.c')
TEST_BIN := $(TEST_SRC:tests/%.c=$(OUT)/tests/%)
SUPPORT_SRC := $(wildcard tests/support/*.c)
SUPPORT_OBJ := $(SUPPORT_SRC:tests/%.c=$(OUT)/tests/%.o)

all: deps
	@$(MAKE) -j"$$(nproc)" $(OUT)/kabinet

deps:
	@sh tools/deps build

deps-test:
	@sh tools/deps build test

# --- generators -------------------------------------------------------------
# A generator in pieces names them: the rule below compiles all it depends on.
build/tools/mkassets: tools/gen.c tools/gen.h
build/tools/mkmessages: tools/gen.c tools/gen.h src/core/config.def src/domain/message_args.h src/domain/message_value.def
build/tools/mksql: tools/gen.c tools/gen.h $(wildcard tools/mksql_*.c) tools/mksql.h
build/tools/mkview: tools/gen.c tools/gen.h $(wildcard tools/mkview_*.[ch]) tools/mkview.h
build/tools/%: tools/%.c
	@mkdir -p $(@D)
	$(call say,HOSTCC)
	$(Q)$(HOSTCC) -std=gnu17 -D_GNU_SOURCE -O1 -g $(WARN) -Isrc -o $@ $(filter %.c,$^) $(if $(filter %mkassets,$@),-lz -lbrotlienc)

# Each generator writes all its files at once and leaves untouched what did not change.
$(GEN)/.sql: build/tools/mksql $(QUERIES) $(SCHEMA)
	@mkdir -p $(GEN)
	$(call say,GEN)
	$(Q)build/tools/mksql $(GEN) sql
	@touch $@
$(GEN)/.assets: build/tools/mkassets $(ASSETS)
	@mkdir -p $(GEN)
	$(call say,GEN)
	$(Q)build/tools/mkassets $(GEN) assets
	@touch $@
$(GEN)/.views: build/tools/mkview $(VIEWS) $(VIEW_TEXTS) $(GEN)/.assets
	@mkdir -p $(GEN)
	$(call say,GEN)
	$(Q)build/tools/mkview $(GEN) views
	@touch $@
$(GEN)/.messages: build/tools/mkmessages $(MESSAGES)
	@mkdir -p $(GEN)
	$(call say,GEN)
	$(Q)build/tools/mkmessages $(GEN) views
	@touch $@
GENERATED := $(GEN)/.sql $(GEN)/.assets $(GEN)/.views $(GEN)/.messages
$(GEN_SRC): $(GENERATED) ;

# --- objects ----------------------------------------------------------------
$(OUT)/%.o: src/%.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -include core/ban.h -MMD -MP -c -o $@ $<
$(OUT)/gen/%.o: $(GEN)/%.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
$(OUT)/tests/%.o: tests/%.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -Itests -MMD -MP -c -o $@ $<
$(OUT)/libkabinet.a: $(LIB_OBJ) $(GEN_OBJ)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^
$(OUT)/kabinet: $(OUT)/main.o $(OUT)/libkabinet.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(OUT)/tests/%_test: $(OUT)/tests/%_test.o $(SUPPORT_OBJ) $(OUT)/libkabinet.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
.SECONDARY:

kabinet: $(OUT)/kabinet
tests: $(TEST_BIN)

# --- the demonstration ------------------------------------------------------
run: all
	@PORT='$(PORT)' STORE='$(STORE)' sh tools/run $(OUT)/kabinet

live: deps
	@PORT='$(PORT)' STORE='$(STORE)' sh tools/live

reset:
	rm -rf var

clean:
	rm -rf build

.PHONY: all deps deps-test kabinet tests run live reset clean

include check.mk
