/* alarm.c - alarms in words */
#include "feed/alarm.h"

#include <assert.h>

static const struct {
	const char *name, *begun, *ended;
} words[ALARMS] = {
	[ALARM_FAILING] = {"failing", "fails", "answers again"},
	[ALARM_BLOCKED] = {"blocked", "keeps us out", "lets us in again"},
	[ALARM_NO_FEED] = {"no-feed", "sends something else than a feed", "sends a feed again"},
	[ALARM_GONE] = {"gone", "is gone", "is there again"},
	[ALARM_MOVED] = {"moved", "has moved", "is where the configuration says"},
	[ALARM_EMPTY] = {"empty", "is empty", "has items again"},
	[ALARM_SHRUNK] = {"shrunk", "has shrunk", "is as long as usual again"},
	[ALARM_SILENT] = {"silent", "has fallen silent", "has news again"},
	[ALARM_FROZEN] = {"frozen", "gives new items old dates", "gives new items new dates again"},
	[ALARM_RENAMED] = {"renamed", "gives known items new ids", "keeps its ids again"},
	[ALARM_LANGUAGE] = {"language", "has changed its language", "keeps to one language again"},
	[ALARM_HELD] = {"held", "has items that are held back", "has no items held back any more"},
	[ALARM_CERTIFICATE] = {"certificate", "has a certificate that ends soon",
		"has a certificate for longer again"},
};

const char *alarm_name(enum alarm a)
{
	assert(a < ALARMS);
	return words[a].name;
}

enum alarm alarm_of(struct slice name)
{
	for (int a = 0; a < ALARMS; a++)
		if (slice_is(name, words[a].name))
			return (enum alarm)a;
	return ALARMS;
}

const char *alarm_begun(enum alarm a)
{
	assert(a < ALARMS);
	return words[a].begun;
}

const char *alarm_ended(enum alarm a)
{
	assert(a < ALARMS);
	return words[a].ended;
}
