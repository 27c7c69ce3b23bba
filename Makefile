# mailtap: two commands do everything on a fresh Debian or Ubuntu machine:
#   make deps demo     installs what is missing, builds, plays a bundled capture into the live screen
#   make deps check    installs what is missing, builds, runs every test

VERSION  := 0.1.0
PREFIX   ?= /usr/local
DESTDIR  ?=
BUILD    ?= build
CC       ?= cc
WERROR   ?= -Werror
OPTIMISE ?= -O2 -g
SANITIZE ?=

PACKAGES := libpcap ncursesw gmime-3.0 libxml-2.0 libcrypto libconfuse zlib libzstd liblz4 libseccomp libcap-ng libcares
# Beside libcheck, what the tests of a layer need: a TLS that talks.
TEST_PACKAGES_tls := libssl
TEST_PACKAGES_engine := libssl
TEST_PACKAGES_present := libssl
TEST_PACKAGES_app := libssl
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 $(WERROR)
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
CPPFLAGS += -Iinclude -Isrc -D_GNU_SOURCE -DMAILTAP_VERSION='"$(VERSION)"' \
            $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
# Layers are inlined into each other when the program is linked; tests link the plain code of the same objects.
LTO      := $(if $(SANITIZE)$(findstring clang,$(CC)),,-flto=auto -ffat-lto-objects)
CFLAGS   += -std=gnu11 -fno-plt $(OPTIMISE) $(LTO) $(WARNINGS) $(if $(SANITIZE),-fPIE,$(HARDEN)) $(SANITIZE)
LDFLAGS  += -pie -Wl,-z,relro,-z,now -pthread $(SANITIZE)
LDLIBS   += $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

# Layers in the order in which data flows, and what each may include: folders are layers. The unit tests of a
# layer link these and no others, so the linker proves it; check-layers reads the includes. A layer's face for others is
# in include, what it needs for itself stands beside its sources.
LAYERS        := base common sync filter guard capture store packet flow tls proto mail diagnosis mime snapshot output engine present config app ui
MAY_base      :=
MAY_common    := base
MAY_sync      := base
MAY_filter    := base
MAY_guard     := base
MAY_capture   := packet guard filter sync common base
MAY_store     := common base
MAY_packet    := common base
MAY_flow      := packet common base
MAY_tls       := common base
MAY_proto     := tls common base
MAY_mail      := proto tls common base
MAY_diagnosis := mail proto tls common base
MAY_mime      := common base
MAY_snapshot  := sync common base
MAY_output    := guard diagnosis mail mime store proto tls common base
MAY_engine    := output filter guard diagnosis mail mime flow proto tls packet store common base
MAY_present   := engine output guard diagnosis mail mime flow proto tls packet store filter snapshot common base
MAY_app       := config present engine output diagnosis mail mime flow proto tls packet store capture guard filter snapshot sync common base
MAY_config    := common base
MAY_ui        := filter guard snapshot sync config common base

SOURCES  := $(wildcard src/*/*.c)
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
HEADERS  := $(wildcard include/*/*.h src/*/*.h)
UNITS    := $(patsubst test/%.c,%,$(wildcard test/*/*_test.c))
FUZZERS  := $(patsubst test/fuzz/%.c,%,$(wildcard test/fuzz/*.c))
COMPLETIONS := $(addprefix packaging/completions/,mailtap.bash _mailtap mailtap.fish)
DOCS     := README man/mailtap.1 man/mailtap.conf.5 man/mailtap-formats.5 man/mailtap-diagnoses.7 man/mailtap-keylog.7 man/mailtap-filter.7 \
            $(COMPLETIONS)

# One short line for each step; V=1 shows the whole commands.
say := $(if $(V),,@)echo

.PHONY: all deps demo docs check-docs check check-unit check-long screens asan tsan fuzz fuzz-targets fuzz-corpus captures bench bench-commit bench-drops bench-hostile bench-keylog bench-tls keylog-servers lint compare-streams check-layers coverage static install uninstall version dist deb clean
.DELETE_ON_ERROR:
.SECONDARY:

all: mailtap libmailtap-keylog.so

mailtap: $(BUILD)/mailtap
	@cp -f $< $@

$(BUILD)/mailtap: $(BUILD)/src/main.o $(LAYERS:%=$(BUILD)/lib%.a)
	$(say) LD $@; $(CC) $(OPTIMISE) $(LTO) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# What is preloaded into other programs is no layer: it includes none, and is linked to none.
libmailtap-keylog.so: $(BUILD)/libmailtap-keylog.so
	@cp -f $< $@

$(BUILD)/src/preload/%.o: CFLAGS := $(filter-out -fPIE -flto=% -ffat-lto-objects,$(CFLAGS)) -fPIC -fvisibility=hidden
$(BUILD)/libmailtap-keylog.so: $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/preload/*.c))
	$(say) LD $@; $(CC) $(OPTIMISE) $(SANITIZE) -shared -Wl,-z,relro,-z,now,-z,nodelete -o $@ $^ -ldl

# Its test runs peer.c, a program of its own, with the library.
$(BUILD)/preload/keylog_test: $(BUILD)/test/preload/keylog_test.o $(BUILD)/test/main.o | $(BUILD)/preload/peer $(BUILD)/libmailtap-keylog.so
	@mkdir -p $(@D)
	$(say) LD $@; $(CC) $(if $(LTO),-fno-lto) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs check)

$(BUILD)/preload/peer: $(BUILD)/test/preload/peer.o
	@mkdir -p $(@D)
	$(say) LD $@; $(CC) $(if $(LTO),-fno-lto) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs libssl libcrypto)

# "make -j deps check" installs before it compiles.
$(BUILD)/%.o: %.c | $(filter deps,$(MAKECMDGOALS))
	@mkdir -p $(@D)
	$(say) CC $@; $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The file of wordings is built in, as text.
$(BUILD)/gen/diagnosis/reply_patterns.inc: conf/wordings
	@mkdir -p $(@D)
	@sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $< >$@

$(BUILD)/src/diagnosis/reply_patterns.o: CPPFLAGS += -I$(BUILD)/gen
$(BUILD)/src/diagnosis/reply_patterns.o: $(BUILD)/gen/diagnosis/reply_patterns.inc

define LAYER_RULES
$(BUILD)/lib$(1).a: $$(patsubst %.c,$(BUILD)/%.o,$$(wildcard src/$(1)/*.c))
	@rm -f $$@
	@ar rcs $$@ $$^

# A unit test sees its own layer and what that may include, nothing else.
$(BUILD)/$(1)/%_test: $(BUILD)/test/$(1)/%_test.o $(BUILD)/test/main.o $(BUILD)/lib$(1).a $$(MAY_$(1):%=$(BUILD)/lib%.a)
	@mkdir -p $$(@D)
	$$(say) LD $$@; $$(CC) $$(if $$(LTO),-fno-lto) $$(LDFLAGS) -o $$@ $$(filter %.o %.a,$$^) $$(LDLIBS) $$(shell pkg-config --libs check $$(TEST_PACKAGES_$(1)))
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER_RULES,$(layer))))

# What is no layer's but the program's: its tests see all layers, as main.c does.
$(BUILD)/whole/%_test: $(BUILD)/test/whole/%_test.o $(BUILD)/test/main.o $(LAYERS:%=$(BUILD)/lib%.a)
	@mkdir -p $(@D)
	$(say) LD $@; $(CC) $(if $(LTO),-fno-lto) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS) $(shell pkg-config --libs check)

deps:
	@test/tools/deps $(filter-out deps,$(MAKECMDGOALS))

demo: mailtap
	@test/tools/demo

check: all $(BUILD)/follow $(BUILD)/probe check-unit check-layers check-docs
	@test/tools/end-to-end
	@test/end-to-end/overlaps $(BUILD)/follow 1000
	@test/tools/check-bench

check-unit: $(UNITS:%=$(BUILD)/%)
	@test/tools/run-units $^

# The saved screens anew, to be read before they are committed.
screens: $(BUILD)/whole/screens_test
	UPDATE_SCREENS=1 $<

# The properties of reassembly, TLS, dialogue and logins, on many more random captures than "check" tries.
# And a run in real time: whether memory stays what was allowed.
check-long: $(BUILD)/mailtap $(BUILD)/preload/keylog_test $(BUILD)/flow/property_test $(BUILD)/engine/property_test $(BUILD)/present/logins_test $(BUILD)/tls/reader_random_test $(BUILD)/follow
	MAILTAP_SEEDS=100000 test/tools/run-units $(BUILD)/flow/property_test $(BUILD)/engine/property_test
	MAILTAP_SEEDS=20000 test/tools/run-units $(BUILD)/present/logins_test
	CK_TIMEOUT_MULTIPLIER=10 MAILTAP_CONTEXTS=1000000 test/tools/run-units $(BUILD)/preload/keylog_test
	CK_TIMEOUT_MULTIPLIER=10 MAILTAP_SEEDS=2000 test/tools/run-units $(BUILD)/tls/reader_random_test
	@test/end-to-end/overlaps $(BUILD)/follow 20000
	@test/tools/end-to-end minute
	test/tools/soak --mailtap $(BUILD)/mailtap --minutes 3
	test/tools/soak --mailtap $(BUILD)/mailtap --minutes 3 --screen

# Sanitizers make a program many times slower: fewer random captures show them as much. Leaks are looked for at each
# exit of a process: one process for a test program. Only some units start threads.
asan tsan: export MAILTAP_SEEDS = 200
asan tsan: export CK_FORK = no
THREADED := $(filter base/log_test sync/% app/% whole/% capture/capture_test,$(UNITS))

asan:
	$(MAKE) BUILD=build/asan SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" \
		OPTIMISE="-O1 -g" check-unit build/asan/mailtap
	MAILTAP=build/asan/mailtap test/tools/end-to-end --quick

tsan:
	$(MAKE) BUILD=build/tsan SANITIZE="-fsanitize=thread" OPTIMISE="-O1 -g" UNITS="$(THREADED)" check-unit build/tsan/mailtap
	MAILTAP=build/tsan/mailtap test/tools/end-to-end --quick reading session keys terminal

FUZZ_SECONDS ?= 60
fuzz-targets:
	$(MAKE) BUILD=build/fuzz CC=clang OPTIMISE="-O1 -g" \
		SANITIZE="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fprofile-instr-generate -fcoverage-mapping" \
		$(FUZZERS:%=build/fuzz/fuzz-%)

fuzz: fuzz-targets
	@test/tools/run-fuzzers $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/fuzz-%)
	@test/tools/fuzz-coverage build/fuzz

# What "make fuzz" begins with, anew: to be kept when parsers or targets have changed. See test/fuzz/coverage.
fuzz-corpus: fuzz-targets
	@test/tools/fuzz-corpus $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/fuzz-%)
	@test/tools/fuzz-coverage --update build/fuzz

$(BUILD)/fuzz-%: $(BUILD)/test/fuzz/%.o $(LAYERS:%=$(BUILD)/lib%.a)
	$(say) LD $@; $(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# It plays connections by the headers of the tests.
$(BUILD)/fuzz-engine: LDLIBS += $(shell pkg-config --libs check)

captures:
	test/lab/make-captures

bench: mailtap
	@test/tools/bench

# The figures with which "make bench" compares, anew.
bench-commit: mailtap
	@test/tools/bench --commit

# From which load on packets are lost.
bench-drops: mailtap
	@test/tools/bench-drops

# What it costs to read TLS with its keys, beside tshark.
bench-tls: mailtap
	@test/tools/bench-tls

# What the library costs a server; and whether servers write their keys that no other test has.
bench-keylog: libmailtap-keylog.so
	@test/tools/bench-keylog

keylog-servers: all
	@test/tools/keylog-servers

# Traffic that is meant to cost work, beside ordinary mail. Unit tests count the steps of the same work.
bench-hostile: mailtap
	@test/tools/bench-hostile

# Whether a compiler warns of it.
$(BUILD)/src/diagnosis/reply_patterns.read: CPPFLAGS += -I$(BUILD)/gen
$(BUILD)/src/diagnosis/reply_patterns.read: $(BUILD)/gen/diagnosis/reply_patterns.inc
$(BUILD)/%.read: %.c
	@mkdir -p $(@D)
	$(say) READ $<; $(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only $< && $(CC) $(CPPFLAGS) -MM -MT $@ -MF $(@:.read=.d) $< && touch $@

$(BUILD)/tidy/src/diagnosis/reply_patterns.ok: CPPFLAGS += -I$(BUILD)/gen
$(BUILD)/tidy/src/diagnosis/reply_patterns.ok: $(BUILD)/gen/diagnosis/reply_patterns.inc
$(BUILD)/tidy/%.ok: %.c
	@mkdir -p $(@D)
	$(say) TIDY $<; clang-tidy --quiet $< -- $(CPPFLAGS) -std=gnu11 2>/dev/null && \
		$(CC) $(CPPFLAGS) -MM -MT $@ -MF $(@:.ok=.d) $< && touch $@

lint: check-layers
	@test/tools/check-measures
	clang-format --dry-run -Werror $(SOURCES) src/main.c $(HEADERS) $(wildcard test/*.[ch] test/*/*.[ch] packaging/*/*.[ch])
	@for h in $(HEADERS); do $(CC) $(CPPFLAGS) $(CFLAGS) -Wno-unused -fsyntax-only -x c $$h || exit 1; done
	$(MAKE) -j2 BUILD=build/clang CC=clang $(patsubst %.c,build/clang/%.read,$(SOURCES) src/main.c $(wildcard test/main.c test/*/*_test.c test/preload/*.c))
	$(MAKE) -j2 $(patsubst %.c,$(BUILD)/tidy/%.ok,$(SOURCES) src/main.c)
	shellcheck -x .ci/run packaging/completions/mailtap.bash \
		$(shell grep -lE "^#!.*(bash|sh)( -e)?$$" -r test/tools test/lab test/end-to-end packaging)
	mandoc -T lint -W warning man/*.[157]

# The documents' tables come from the program's own, the sample configuration as a whole.
docs: $(BUILD)/docs
	@test/tools/docs $< $(DOCS)
	@$< sample >conf/mailtap.conf

check-docs: $(BUILD)/docs
	@test/tools/docs $< --check $(DOCS)
	@test/tools/check-paths $(LAYERS)
	@test/tools/check-version $(VERSION)
	@$< sample | diff conf/mailtap.conf - || { echo "conf/mailtap.conf is not what the table says: run \"make docs\""; false; }

$(BUILD)/docs: $(BUILD)/test/tools/docs.o $(BUILD)/test/tools/completions.o $(LAYERS:%=$(BUILD)/lib%.a)
	$(say) LD $@; $(CC) $(if $(LTO),-fno-lto) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# Holds the streams of CAPTURES against those of tshark.
CAPTURES ?= $(wildcard test/lab/captures/*/capture*)
compare-streams: $(BUILD)/follow
	@test/tools/compare-streams $< $(CAPTURES)

$(BUILD)/follow: $(BUILD)/test/tools/follow.o $(LAYERS:%=$(BUILD)/lib%.a)
	$(say) LD $@; $(CC) $(if $(LTO),-fno-lto) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# The program, with tries of what must be refused where each thread begins.
$(BUILD)/probe: $(BUILD)/test/tools/probe.o $(BUILD)/src/main.o $(LAYERS:%=$(BUILD)/lib%.a)
	$(say) LD $@; $(CC) $(if $(LTO),-fno-lto) $(LDFLAGS) -Wl,--wrap=syscalls_limit_thread -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

check-layers:
	@test/tools/check-layers $(foreach l,$(LAYERS),'$(l): $(MAY_$(l))')
	@test/tools/check-circles

coverage:
	$(MAKE) BUILD=build/coverage SANITIZE="--coverage -DGUARD_OPEN" OPTIMISE="-O0 -g" check-unit build/coverage/mailtap
	MAILTAP=build/coverage/mailtap test/tools/end-to-end --quick
	lcov --quiet --capture --directory build/coverage --output-file build/coverage/all.info
	lcov --summary build/coverage/all.info

# One file that needs no library but libc's own: all others from their archives, without what mailtap does not use of
# them; the descriptions of common terminals, and UTF-8 where there is no locale, built in.
STATIC_TERMINALS := xterm xterm-256color screen screen-256color tmux tmux-256color linux vt100
STATIC_LIBS      := -lpcap -lncursesw -ltinfo -lgmime-3.0 -lgobject-2.0 -lglib-2.0 -lgmodule-2.0 -lpcre2-8 -lffi -lidn2 -lunistring \
                    -lxml2 -llzma -lcrypto -lconfuse -lz -lzstd -llz4 -lseccomp -lcap-ng -lcares
STATIC_WRAPPED   := nl_langinfo wcwidth iswprint wcrtomb

static: $(BUILD)/static/mailtap mailtap
	@test/tools/check-static $<

$(BUILD)/static/mailtap: $(BUILD)/src/main.o $(patsubst %.c,$(BUILD)/%.o,$(wildcard packaging/static/*.c)) $(BUILD)/static/terminals.o $(LAYERS:%=$(BUILD)/lib%.a)
	@mkdir -p $(@D)
	$(say) LD $@; $(CC) $(OPTIMISE) $(LTO) $(LDFLAGS) -s -static-libgcc $(STATIC_WRAPPED:%=-Wl,--wrap=%) -o $@ $(filter %.o,$^) \
		-Wl,--start-group $(filter %.a,$^) -Wl,-Bstatic $(STATIC_LIBS) -Wl,--end-group -Wl,-Bdynamic -lm

$(BUILD)/static/terminals.c: packaging/static/terminals
	@mkdir -p $(@D)
	@$< $(STATIC_TERMINALS) >$@

$(BUILD)/static/terminals.o: $(BUILD)/static/terminals.c
	$(say) CC $@; $(CC) $(filter-out $(WARNINGS),$(CFLAGS)) -c -o $@ $<

# What is installed is listed in packaging/files, for packages too: make install PREFIX=/usr DESTDIR=FOLDER.
install: all
	@packaging/install '$(PREFIX)' '$(DESTDIR)'

uninstall:
	@packaging/install --remove '$(PREFIX)' '$(DESTDIR)'

version:
	@echo $(VERSION)

# The source as it is committed, the same bytes whenever it is made.
DIST := build/dist/mailtap-$(VERSION).tar.gz
dist:
	@mkdir -p $(dir $(DIST))
	git archive --format=tar --prefix=mailtap-$(VERSION)/ HEAD | gzip -9n >$(DIST)
	@cd $(dir $(DIST)) && sha256sum $(notdir $(DIST)) >SHA256SUMS

# What is committed, as packages for Debian, in build/deb.
deb:
	@test/tools/check-version $(VERSION)
	@packaging/build-deb build/deb $(VERSION)

clean:
	rm -rf build mailtap libmailtap-keylog.so

-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -name '*.d' -print 2>/dev/null)
