/*
 * notify.c - sd_notify(3)
 */
#include "tributaryd/notify.h"

#include <stdint.h>
#include <systemd/sd-daemon.h>

void notify_ready(size_t n_sources)
{
	sd_notifyf(0, "READY=1\nSTATUS=following %zu sources", n_sources);
}

void notify_reloading(void)
{
	sd_notify(0, "RELOADING=1\nSTATUS=reading the configuration");
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=stopping");
}

void notify_progress(void)
{
	sd_notify(0, "WATCHDOG=1");
}

bool notify_is_watched(void)
{
	uint64_t every_us;

	return sd_watchdog_enabled(0, &every_us) > 0;
}
