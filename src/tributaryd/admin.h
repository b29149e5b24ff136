/*
 * admin.h - what the admin asks of the poller through the control socket, and what is answered
 *
 * "ping", "reload", "refresh", "release" and the word on stories: "story-part", "story-join",
 * "story-lock", "story-unlock", "story-unlink".  Names and ids come as the question's sources.
 */
#ifndef TRIBUTARY_TRIBUTARYD_ADMIN_H
#define TRIBUTARY_TRIBUTARYD_ADMIN_H

#include "base/clock.h" /* instant */

#include <stdint.h>

struct control;          /* ipc/control.h */
struct control_question; /* ipc/control.h */
struct polling;          /* tributaryd/polling.h */
struct stories;          /* tributaryd/stories.h */

/* All are borrowed for one question. */
struct admin {
	struct control *control;
	struct polling *polling;
	struct stories *stories;
	instant now;
	void (*reload)(void *data, uint64_t id); /* will be answered later */
	void (*committed)(void *data);           /* readers can see something new */
	void *data;
};

/* Does what is asked and answers it, at once but for a reload. */
void admin_question(const struct admin *a, const struct control_question *q);

#endif
