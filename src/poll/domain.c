/*
 * domain.c - see domain.h
 *
 * A domain stays in the table while it is busy, paced or cooling; what has nothing to say any
 * more is swept out, so that the table holds those of the last minutes alone.
 */
#include "poll/domain.h"

#include "base/limits.h"
#include "base/log.h"

#include <libpsl.h>
#include <stdlib.h>
#include <uthash.h>

#define SWEEP_EVERY 1024          /* starts between two sweeps */
#define UNWELL_MS   (3600 * 1000) /* what is unavailable is remembered so long */

struct domain {
	char *name;
	char *address; /* where it was reached last; NULL: not known */
	int running;
	int64_t next_ms;               /* no start before */
	int64_t cool_ms;               /* told to wait until then */
	int64_t last_ms;               /* the last start; 0: none */
	int64_t since_ms;              /* from the one before it; -1: not known */
	uint64_t unwell[LIMIT_UNWELL]; /* addresses that are unavailable */
	size_t n_unwell;
	int64_t unwell_ms; /* the last that said so */
	UT_hash_handle hh;
};

struct domains {
	struct domain *table;
	int per_domain;
	int64_t gap_ms;
	bool shares; /* names of one address are one */
	size_t starts;
};

struct slice domain_of(struct slice host)
{
	const psl_ctx_t *list = psl_builtin();
	char name[256];
	const char *found;

	if (list == NULL || host.len == 0 || host.len >= sizeof name || host.at[0] == '[' ||
		slice_find_byte(host, '\0') < host.len)
		return host;
	memcpy(name, host.at, host.len);
	name[host.len] = '\0';
	if (strspn(name, "0123456789.") == host.len)
		return host;
	found = psl_registrable_domain(list, name);
	return found == NULL ? host : slice_skip(host, (size_t)(found - name));
}

struct domains *domain_open(int per_domain, int64_t gap_ms)
{
	struct domains *d = calloc(1, sizeof *d);

	if (d == NULL)
		die("no memory for the table of domains");
	domain_configure(d, per_domain, gap_ms);
	return d;
}

void domain_configure(struct domains *d, int per_domain, int64_t gap_ms)
{
	d->per_domain = per_domain > 0 ? per_domain : 1;
	d->gap_ms = gap_ms;
}

void domain_share(struct domains *d, bool shares)
{
	d->shares = shares;
}

static void drop(struct domains *d, struct domain *gone)
{
	HASH_DEL(d->table, gone);
	free(gone->name);
	free(gone->address);
	free(gone);
}

void domain_close(struct domains **d)
{
	struct domain *at, *next;

	if (*d == NULL)
		return;
	for (at = (*d)->table; at != NULL; at = next) {
		next = at->hh.next;
		drop(*d, at);
	}
	free(*d);
	*d = NULL;
}

static void sweep(struct domains *d, int64_t now_ms)
{
	struct domain *at, *next;

	if (++d->starts % SWEEP_EVERY != 0)
		return;
	for (at = d->table; at != NULL; at = next) {
		next = at->hh.next;
		if (at->running == 0 && at->next_ms <= now_ms && at->cool_ms <= now_ms &&
			(at->n_unwell == 0 || now_ms - at->unwell_ms > UNWELL_MS))
			drop(d, at);
	}
}

static struct domain *find(struct domains *d, struct slice host)
{
	struct slice name = domain_of(host);
	struct domain *found;

	HASH_FIND(hh, d->table, name.at, name.len, found);
	return found;
}

static struct domain *find_or_add(struct domains *d, struct slice host)
{
	struct slice name = domain_of(host);
	struct domain *found = find(d, host);

	if (found != NULL)
		return found;
	found = calloc(1, sizeof *found);
	if (found == NULL || (found->name = strndup(name.at, name.len)) == NULL)
		die("no memory for a domain");
	HASH_ADD_KEYPTR(hh, d->table, found->name, name.len, found);
	return found;
}

/* As domain_start answers. */
static int64_t wait_for(const struct domains *d, const struct domain *at, int64_t now_ms)
{
	int64_t from = at->cool_ms > at->next_ms ? at->cool_ms : at->next_ms;

	if (from > now_ms)
		return from - now_ms;
	if (at->running >= d->per_domain)
		return -1;
	return 0;
}

/* The same of the address where it was reached last. */
static int64_t wait_for_address(struct domains *d, const struct domain *at, int64_t now_ms)
{
	const struct domain *other;

	if (!d->shares || at->address == NULL)
		return 0;
	other = find(d, slice_of(at->address));
	return other == NULL ? 0 : wait_for(d, other, now_ms);
}

int64_t domain_start(struct domains *d, struct slice host, int64_t now_ms, bool unpaced)
{
	struct domain *at;

	if (host.len == 0)
		return 0;
	sweep(d, now_ms);
	at = find_or_add(d, host);
	if (!unpaced) {
		int64_t wait = wait_for(d, at, now_ms);

		if (wait == 0)
			wait = wait_for_address(d, at, now_ms);
		if (wait != 0)
			return wait;
	}
	at->running++;
	at->since_ms = at->last_ms == 0 ? -1 : now_ms - at->last_ms;
	at->last_ms = now_ms;
	if (!unpaced)
		at->next_ms = now_ms + d->gap_ms;
	return 0;
}

int64_t domain_connect(
	struct domains *d, struct slice host, struct slice address, int64_t now_ms, bool unpaced)
{
	struct domain *at = find(d, host);

	if (at != NULL && (at->address == NULL || !slice_is(address, at->address))) {
		free(at->address);
		at->address = strndup(address.at, address.len);
		if (at->address == NULL)
			die("no memory for an address");
	}
	return domain_start(d, address, now_ms, unpaced);
}

void domain_started(struct domains *d, struct slice host, int64_t then_ms)
{
	struct domain *at;

	if (host.len == 0 || d->gap_ms == 0)
		return;
	at = find_or_add(d, host);
	if (then_ms + d->gap_ms > at->next_ms)
		at->next_ms = then_ms + d->gap_ms;
}

void domain_end(struct domains *d, struct slice host, int64_t now_ms)
{
	struct domain *at = host.len == 0 ? NULL : find(d, host);

	if (at == NULL || at->running == 0)
		return;
	at->running--;
	/* The gap counts from the end of a slow answer, too. */
	if (at->next_ms > 0 && at->next_ms < now_ms + d->gap_ms && d->gap_ms > 0)
		at->next_ms = now_ms + d->gap_ms;
}

void domain_cool(struct domains *d, struct slice host, int64_t until_ms)
{
	struct domain *at;

	if (host.len == 0)
		return;
	at = find_or_add(d, host);
	if (until_ms > at->cool_ms)
		at->cool_ms = until_ms;
}

bool domain_unwell(
	struct domains *d, struct slice host, uint64_t url, int64_t until_ms, int64_t now_ms)
{
	struct domain *at;

	if (host.len == 0)
		return false;
	at = find_or_add(d, host);
	if (now_ms - at->unwell_ms > UNWELL_MS)
		at->n_unwell = 0;
	at->unwell_ms = now_ms;
	for (size_t i = 0; i < at->n_unwell; i++)
		if (at->unwell[i] == url)
			return false;
	at->unwell[at->n_unwell++] = url;
	if (at->n_unwell < LIMIT_UNWELL)
		return false;
	at->n_unwell = 0;
	domain_cool(d, host, until_ms);
	return true;
}

void domain_well(struct domains *d, struct slice host)
{
	struct domain *at = host.len == 0 ? NULL : find(d, host);

	if (at != NULL)
		at->n_unwell = 0;
}

int64_t domain_gap(struct domains *d, struct slice host)
{
	struct domain *at = host.len == 0 ? NULL : find(d, host);

	return at == NULL ? -1 : at->since_ms;
}

void domain_new_clock(struct domains *d)
{
	struct domain *at, *next;

	for (at = d->table; at != NULL; at = next) {
		next = at->hh.next;
		at->next_ms = at->cool_ms = at->last_ms = 0;
	}
}

int64_t domain_cooling(struct domains *d, struct slice host, int64_t now_ms)
{
	struct domain *at = host.len == 0 ? NULL : find(d, host);

	return at != NULL && at->cool_ms > now_ms ? at->cool_ms : 0;
}
