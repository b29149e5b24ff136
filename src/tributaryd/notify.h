/*
 * notify.h - what the service manager is told, where there is one
 */
#ifndef TRIBUTARY_TRIBUTARYD_NOTIFY_H
#define TRIBUTARY_TRIBUTARYD_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>

void notify_ready(size_t n_sources);
void notify_reloading(void); /* notify_ready ends it */
void notify_stopping(void);
void notify_progress(void); /* feeds the watchdog */

/* Does the service manager watch us? */
bool notify_is_watched(void);

#endif
