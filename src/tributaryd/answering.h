/*
 * answering.h - the admin's questions on the control socket, and who answers them
 */
#ifndef TRIBUTARY_TRIBUTARYD_ANSWERING_H
#define TRIBUTARY_TRIBUTARYD_ANSWERING_H

#include <stdint.h>

struct control;          /* ipc/control.h */
struct control_question; /* ipc/control.h */
struct polling;          /* tributaryd/polling.h */
struct stories;          /* tributaryd/stories.h */

struct answering {
	struct control *control; /* borrowed, as the next two are */
	struct polling *polling;
	struct stories *stories;
	int64_t (*now_ms)(void *data);           /* milliseconds since 1970 */
	void (*committed)(void *data);           /* readers can see something new */
	void (*reload)(void *data, uint64_t id); /* that question is answered later */
	void *data;
};

/* A control_open's callback; `data` is the struct answering. */
void answering_on_question(void *data, const struct control_question *q);

#endif
