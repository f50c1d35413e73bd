/* SPDX-License-Identifier: MIT */
#include "peer.h"
#include "workload.h"

static const struct peer *user;

void area_use(const struct peer *peer)
{
	user = peer;
	if (peer)
		peer->start();
}

const struct peer *area_peer(void)
{
	return user;
}

void *area_map(void *after, size_t length, int prot)
{
	void *at;

	if (!user)
		return must_map(length, prot, 0);
	at = user->map(after, length, prot);
	if (at == MAP_FAILED)
		die("%s maps no %zu bytes: %s", user->name, length, strerror(errno));
	return at;
}

void area_unmap(void *at, size_t length)
{
	if (!user)
		must_unmap(at, length);
	else if (user->unmap(at, length))
		die("%s unmaps no %zu bytes: %s", user->name, length, strerror(errno));
}
