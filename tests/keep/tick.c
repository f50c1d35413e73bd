/* SPDX-License-Identifier: MIT */
#include "tick.h"

#include "keep.h"
#include "site.h"

#include <signal.h>
#include <time.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static __thread struct keeper *self;
static __thread timer_t timer;

/* After a refusal so many handlers map no host's memory. */
#define REST 16

static __thread unsigned int rest;

/* A host's ENOMEM is no failure: the table may be with the thread that the
 * handler interrupts. */
static void fail(bool host, const char *call)
{
	if (host && errno == ENOMEM) {
		count(&counters.refused);
		rest = REST;
	} else {
		report(&counters.failed, "failed: %s in a handler: %s", call, strerrorname_np(errno));
	}
}

static void expect_site(const struct hold *hold, unsigned int moment, const char *call)
{
	if (!site_is_right(moment, hold->host, hold->at, hold->pages * page_size()))
		report(&counters.astray, "astray: %s of a %s in a handler answers %p", call,
		       hold->host ? "host" : "guest", (void *)hold->at);
}

static void make(struct hold *hold, bool host)
{
	unsigned int moment = site_moment();
	struct hold new = {
		.pages = 1 + roll(&self->tick_dice, 8),
		.tag = hold_tag(self->number + 2000, ++self->serial),
		.host = host,
	};

	new.at = mmap(NULL, new.pages * page_size(), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (new.at == MAP_FAILED) {
		fail(host, "mmap");
		return;
	}
	expect_site(&new, moment, "mmap");
	hold_set(hold, new);
	hold_arrive(hold, 0, new.pages, "mmap in a handler");
}

static void grow(struct hold *hold)
{
	unsigned int moment = site_moment(), before = hold->pages;
	char *at = mremap(hold->at, before * page_size(), (before + 1) * page_size(),
			  MREMAP_MAYMOVE);

	if (at == MAP_FAILED) {
		fail(hold->host, "mremap");
		return;
	}
	if (at != hold->at || !site_changes()) {
		hold->at = at;
		expect_site(hold, moment, "mremap");
	}
	hold->pages = before + 1;
	hold_arrive(hold, before, before + 1, "mremap in a handler");
}

static void work(struct hold *hold, bool host)
{
	if (!hold->at) {
		make(hold, host);
		return;
	}
	hold_check(hold, "in a handler");
	if (hold->pages < 16 && roll(&self->tick_dice, 3) == 0) {
		grow(hold);
	} else if (munmap(hold->at, hold->pages * page_size())) {
		fail(false, "munmap");
	} else {
		hold->at = NULL;
	}
}

static void handle(int signal)
{
	int saved = errno;
	bool host = roll(&self->tick_dice, 2) && rest == 0;
	struct hold *hold = &self->tick[host];
	unsigned int depth = scope_begin(host);

	(void)signal;
	rest -= rest > 0;
	hold_busy(hold, true);
	work(hold, host);
	hold_busy(hold, false);
	scope_end(depth);
	count(&counters.interrupts);
	errno = saved;
	if (self->can_jump && self->jumps < options.jumps && roll(&self->tick_dice, 16) == 0) {
		self->can_jump = false;
		self->jumps++;
		siglongjmp(self->back, 1);
	}
}

void tick_begin(void)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };

	sigaction(SIGALRM, &action, NULL);
}

void tick_start(struct keeper *keeper)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM };
	long pause = 1000000000L / options.handlers * (options.hosts + options.guests);
	struct itimerspec often = { { pause / 1000000000, pause % 1000000000 },
				    { pause / 1000000000, pause % 1000000000 } };

	self = keeper;
	event.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &often, NULL))
		die("no timer: %s", strerrorname_np(errno));
}

void tick_stop(struct keeper *keeper)
{
	timer_delete(timer);
	for (int host = 0; host < 2; host++)
		if (keeper->tick[host].at)
			hold_check(&keeper->tick[host], "at the end");
}
