# SPDX-License-Identifier: MIT
#
# vactl and the launcher.

# vactl is two programs. The user calls the first, which starts programs and loads nothing
# but libc; the second has all other commands, the completions and the help.
launchdir = $(libexecdir)/valimit
bin_PROGRAMS = vactl
launch_PROGRAMS = tools/vactl/vactl
vactl_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools \
	-DVALIMIT_LIBRARY='"$(libdir)/libvalimit.so.0"' -DVALIMIT_LAUNCHER='"$(launchdir)/launch"' \
	-DVALIMIT_VACTL='"$(launchdir)/vactl"' \
	$(SMARTCOLS_CFLAGS) $(ELFUTILS_CFLAGS) $(NCURSES_CFLAGS) $(COVERAGE_CFLAGS)

# Both programs and the unit tests link with this library: the code that starts programs, and
# the computations from a process's data, drawings included.
noinst_LTLIBRARIES += libvactl.la
libvactl_la_SOURCES = lib/sys/aslimit.c lib/sys/feel.c lib/sys/pass.c lib/sys/privilege.c \
	lib/sys/sys.c lib/sys/usercopy.c tools/vactl/children.c tools/vactl/command.c \
	tools/vactl/corefile.c tools/vactl/elfcheck.c tools/vactl/elffile.c tools/vactl/findings.c \
	tools/vactl/image.c tools/vactl/launchcopy.c tools/vactl/lines.c tools/vactl/message.c \
	tools/vactl/names.c tools/vactl/namespace.c tools/vactl/parts.c tools/vactl/pieces.c \
	tools/vactl/procfile.c tools/vactl/reader.c tools/vactl/regions.c tools/vactl/run.c \
	tools/vactl/svg.c tools/vactl/totals.c tools/vactl/vmas.c
libvactl_la_CPPFLAGS = $(vactl_CPPFLAGS)
libvactl_la_LIBADD = libvalcore.la

vactl_SOURCES = tools/vactl/vactl_main.c
vactl_LDADD = libvactl.la $(COVERAGE_LIBS)

tools_vactl_vactl_SOURCES = \
	tools/vactl/check.c tools/vactl/completion.c tools/vactl/explain.c tools/vactl/json.c \
	tools/vactl/listing.c tools/vactl/main.c tools/vactl/maps.c tools/vactl/picture.c \
	tools/vactl/picture_lines.c tools/vactl/piece_row.c tools/vactl/plot.c \
	tools/vactl/process.c tools/vactl/ps.c tools/vactl/save.c tools/vactl/stat.c \
	tools/vactl/symbols.c tools/vactl/targets.c tools/vactl/watch.c
if NCURSES
tools_vactl_vactl_SOURCES += tools/vactl/screen.c tools/vactl/watch_map.c tools/vactl/watch_screen.c
endif
tools_vactl_vactl_CPPFLAGS = $(vactl_CPPFLAGS)
tools_vactl_vactl_LDADD = libvactl.la $(SMARTCOLS_LIBS) $(ELFUTILS_LIBS) $(NCURSES_LIBS) \
	$(COVERAGE_LIBS)

# Every make asks for the version, since a commit changes it; the file changes only with it.
tools/vactl/tools_vactl_vactl-main.$(OBJEXT): tools/vactl/version.h
tools/vactl/version.h: ask-version
	@$(MKDIR_P) tools/vactl
	@$(SHELL) $(srcdir)/tools/vactl/version.sh $(srcdir) $(PACKAGE_VERSION) $@
.PHONY: ask-version
CLEANFILES += tools/vactl/version.h

# The style of pictures, as strings that are named after the files.
picture_sheet = tools/vactl/picture.css tools/vactl/picture_dark.css \
	tools/vactl/picture_patterns.svg
tools/vactl/tools_vactl_vactl-picture.$(OBJEXT): tools/vactl/picture_sheet.h
tools/vactl/picture_sheet.h: $(picture_sheet)
	$(AM_V_GEN)$(MKDIR_P) tools/vactl
	$(AM_V_at)for file in $(picture_sheet); do \
		echo "static const char $$(basename $$file | tr . _)[] =" && \
		sed '/SPDX/d; s/["\\]/\\&/g; s/.*/"&\\n"/' $(srcdir)/$$file && echo ';' || exit; \
	done >$@.new
	$(AM_V_at)mv $@.new $@
CLEANFILES += tools/vactl/picture_sheet.h

# ---- the launcher ----------------------------------------------------------

# The launcher has no libc, and no start code but its own: see tools/launch/main.c.
if LAUNCH
noinst_PROGRAMS = tools/launch/unmarked
launch_SCRIPTS = tools/launch/launch
CLEANFILES += tools/launch/launch
endif

# lib/core/mark.h
tools/launch/launch: tools/launch/unmarked$(EXEEXT)
	$(AM_V_GEN)cp tools/launch/unmarked$(EXEEXT) $@.new
	$(AM_V_at)printf '\126' | dd of=$@.new bs=1 seek=50 conv=notrunc 2>/dev/null
	$(AM_V_at)mv $@.new $@

tools_launch_unmarked_SOURCES = lib/core/elf.c lib/core/fmt.c lib/core/memory.c lib/core/options.c \
	lib/core/procmaps.c lib/core/script.c lib/core/utf8.c lib/core/window.c lib/edge/aslr.c \
	lib/fence/fence_piece.c lib/sys/aslimit.c lib/sys/feel.c lib/sys/maps.c lib/sys/pass.c \
	lib/sys/privilege.c lib/sys/sys.c lib/sys/sysinfo.c lib/sys/usercopy.c tools/launch/arch.c \
	tools/launch/guard.c tools/launch/initial_stack.c tools/launch/layout.c \
	tools/launch/load.c tools/launch/main.c tools/launch/message.c tools/launch/order.c \
	tools/launch/origin.c tools/launch/personality.c tools/launch/plan.c \
	tools/launch/preload.c tools/launch/program.c tools/launch/relocate.c tools/launch/self.c \
	tools/launch/settings.c tools/launch/stack.c tools/launch/trampoline.c tools/launch/vdso.c
tools_launch_unmarked_CPPFLAGS = -D_GNU_SOURCE -iquote $(top_srcdir)/lib -I$(top_srcdir)/tools
# A distribution's flags come behind these. plain.h takes back the flags that need a libc. The
# stack protector finds its guard in guard.c, since a thread's storage is not set up here.
tools_launch_unmarked_CFLAGS = $(AM_CFLAGS) -ffreestanding -fPIE -fvisibility=hidden \
	-fno-asynchronous-unwind-tables -mstack-protector-guard=global \
	-include $(top_srcdir)/tools/launch/plain.h
tools_launch_unmarked_LDFLAGS = -nostdlib -static-pie \
	-Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-z,text -Wl,-z,noexecstack -Wl,-s
tools_launch_unmarked_LDADD = -lgcc

EXTRA_DIST += tools/launch/README.md tools/vactl/version.sh $(picture_sheet)
