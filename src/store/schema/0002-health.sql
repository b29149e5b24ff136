-- What is usual of a source, and which of its alarms are in force: struct health of feed/alarm.h.
ALTER TABLE history ADD COLUMN alarms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN lively INTEGER;
ALTER TABLE history ADD COLUMN pause_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN newest INTEGER;
ALTER TABLE history ADD COLUMN stuck INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN usual INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN tongue TEXT;
ALTER TABLE history ADD COLUMN tongue_trust INTEGER NOT NULL DEFAULT 0;

-- Alarms from when they began to when they ended; kind is a name of feed/alarm.h.
CREATE TABLE alarm (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	source INTEGER NOT NULL,
	kind TEXT NOT NULL,
	since INTEGER NOT NULL,
	until INTEGER,                 -- NULL: it is in force
	detail TEXT NOT NULL           -- a sentence, may be empty
) STRICT;

CREATE UNIQUE INDEX alarm_open ON alarm (source, kind) WHERE until IS NULL;
CREATE INDEX alarm_by_until ON alarm (until) WHERE until IS NOT NULL;
