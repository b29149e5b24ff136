-- What there is to know at the start.  Instants are seconds since 1970 UTC, NULL for none;
-- keys are the 16 bytes of a struct digest.

-- Single values: serial, group, items, arrivals, merged, dirty.
CREATE TABLE meta (
	name TEXT PRIMARY KEY,
	value ANY NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('serial', 0), ('group', 0), ('items', 0),
	('arrivals', 0), ('dirty', 0);

-- What the configuration says of a source, and how its items are told apart.
CREATE TABLE source (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	url TEXT NOT NULL,
	title TEXT NOT NULL,
	lang TEXT NOT NULL,
	tags TEXT NOT NULL,            -- each led by a newline, one more at the end
	is_page INTEGER NOT NULL,
	enabled INTEGER NOT NULL,
	retired INTEGER NOT NULL DEFAULT 0,
	keep_s INTEGER NOT NULL,
	keep_items INTEGER NOT NULL,
	rung INTEGER NOT NULL DEFAULT 0,
	churns INTEGER NOT NULL DEFAULT 0 -- polls in a row that brought known items under new keys
) STRICT;

-- What a poll must know: the one small row that every poll writes.
CREATE TABLE history (
	source INTEGER PRIMARY KEY REFERENCES source,
	etag TEXT, last_modified TEXT, validators_url TEXT,
	body BLOB,
	last_poll INTEGER, last_ok INTEGER, last_new INTEGER, next_poll INTEGER, not_before INTEGER,
	interval_s INTEGER NOT NULL, fresh_s INTEGER NOT NULL,
	failures INTEGER NOT NULL, status INTEGER NOT NULL,
	gone INTEGER NOT NULL, gone_since INTEGER,
	moved_url TEXT, moved_count INTEGER NOT NULL, moved_since INTEGER,
	moved_adopted INTEGER NOT NULL,
	error TEXT, notice TEXT,
	polls INTEGER NOT NULL, unchanged INTEGER NOT NULL, bytes INTEGER NOT NULL,
	crashes INTEGER NOT NULL, crashed_body BLOB,
	gap_from INTEGER, gap_to INTEGER,
	items INTEGER NOT NULL, fresh INTEGER NOT NULL, -- of the last document
	lied INTEGER, whole_asked INTEGER,
	requests INTEGER NOT NULL, least_gap_ms INTEGER NOT NULL
) STRICT;

-- Older pages that are being walked: the next one, and which were read.
CREATE TABLE walk (
	source INTEGER PRIMARY KEY REFERENCES source,
	next TEXT NOT NULL,
	left INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	not_before INTEGER,
	is_gap INTEGER NOT NULL, is_archive INTEGER NOT NULL
) STRICT;

CREATE TABLE walked (
	source INTEGER NOT NULL,
	page BLOB NOT NULL,            -- digest of its address
	is_archive INTEGER NOT NULL,
	PRIMARY KEY (source, page)
) STRICT, WITHOUT ROWID;

-- When a source was last about to be asked.
CREATE TABLE asked (
	source INTEGER PRIMARY KEY REFERENCES source,
	at INTEGER NOT NULL
) STRICT;

-- A feed's head as last read: the record of feed/wire.h.
CREATE TABLE head (
	source INTEGER PRIMARY KEY REFERENCES source,
	wire BLOB NOT NULL
) STRICT;

-- An item without its text, so that walks over dates stay small.
CREATE TABLE item (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	public BLOB NOT NULL UNIQUE,   -- made of atom_id, neighbours by origin
	atom_id TEXT NOT NULL,
	source INTEGER NOT NULL REFERENCES source, -- of record
	home INTEGER NOT NULL,         -- the source of record is at the item's own domain
	place INTEGER NOT NULL,
	first_seen INTEGER NOT NULL,
	published INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	withdrawn INTEGER,
	held INTEGER NOT NULL,
	arrival INTEGER,               -- its turn in the order of first being seen; NULL: held
	changed INTEGER NOT NULL,      -- serial of the commit that last changed what readers see
	lang TEXT NOT NULL,
	tongue TEXT NOT NULL,          -- first part of lang, lower case
	size INTEGER NOT NULL,         -- bytes of its text: the longer one leads a story
	address BLOB,                  -- key of the canonical address
	title INTEGER NOT NULL,        -- of the folded title, to tell likeness from unlikeness
	revision BLOB NOT NULL,        -- digest of what counts as an edit
	revisions INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX item_by_place ON item (place, number) WHERE held = 0;
CREATE INDEX item_by_tongue ON item (tongue, place, number, lang) WHERE held = 0;
CREATE UNIQUE INDEX item_by_arrival ON item (arrival) WHERE arrival IS NOT NULL;
CREATE INDEX item_by_source ON item (source, first_seen);
CREATE INDEX item_held ON item (source) WHERE held = 1;

-- The text of record, as the record of feed/wire.h.
CREATE TABLE text (
	number INTEGER PRIMARY KEY REFERENCES item,
	wire BLOB NOT NULL
) STRICT;

-- Former texts.
CREATE TABLE revision (
	item INTEGER NOT NULL,
	n INTEGER NOT NULL,
	at INTEGER NOT NULL,           -- when it was replaced
	wire BLOB NOT NULL,
	UNIQUE (item, n)
) STRICT;

-- What stood of an item in its archive, where it has changed since that closed.
CREATE TABLE frozen (
	item INTEGER PRIMARY KEY,
	source INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	withdrawn INTEGER,
	revisions INTEGER NOT NULL,
	wire BLOB NOT NULL
) STRICT;

-- Archives that are closed: RFC 5005 section 4.
CREATE TABLE archive (
	n INTEGER PRIMARY KEY,
	closed INTEGER NOT NULL,
	serial INTEGER NOT NULL        -- of the commit that closed it
) STRICT;

-- The sources of its items as they were then.
CREATE TABLE archive_source (
	archive INTEGER NOT NULL,
	source INTEGER NOT NULL,
	name TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, lang TEXT NOT NULL,
	tags TEXT NOT NULL,
	is_page INTEGER NOT NULL,
	wire BLOB,                     -- its head
	UNIQUE (archive, source)
) STRICT;

-- Under which keys a source carries which item.  One whose item is no more is a tombstone; item 0
-- says that what the key stands for names no single item in this source.
CREATE TABLE known (
	source INTEGER NOT NULL,
	key BLOB NOT NULL,
	item INTEGER NOT NULL,
	seen INTEGER NOT NULL,         -- day since 1970, renewed once a week
	rung INTEGER NOT NULL,         -- of the key
	how INTEGER NOT NULL,          -- by which sign it was taken for the item's: enum sign
	PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- Who carries an item.  place is the item's, which never changes.
CREATE TABLE sighting (
	item INTEGER NOT NULL,
	source INTEGER NOT NULL,
	place INTEGER NOT NULL,
	first_seen INTEGER NOT NULL,
	url TEXT,                      -- NULL: the item's
	serial INTEGER NOT NULL,       -- of the commit that brought it
	how INTEGER NOT NULL,          -- by which sign it was taken for this item: enum sign
	PRIMARY KEY (item, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX sighting_by_source ON sighting (source, place, item);

-- Keys by which items of several sources are one: address, global id, title and text.
CREATE TABLE meeting (
	key BLOB PRIMARY KEY,
	item INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Meeting keys of items that retention removed.
CREATE TABLE tombstone (
	key BLOB PRIMARY KEY,
	seen INTEGER NOT NULL          -- day since 1970
) STRICT, WITHOUT ROWID;

CREATE TABLE view (
	name TEXT PRIMARY KEY,
	uuid TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Stories: src/story decides, this keeps.  public is the UUID that a story bears for ever.
CREATE TABLE story (
	number INTEGER PRIMARY KEY,
	public BLOB UNIQUE,            -- NULL: no item yet
	lang TEXT NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	n INTEGER NOT NULL,
	centroid BLOB,
	across BLOB,
	band INTEGER NOT NULL,         -- stories of one event in several languages; 0: none
	locked INTEGER NOT NULL
) STRICT;

CREATE INDEX story_by_band ON story (band) WHERE band <> 0;
CREATE INDEX story_by_last ON story (last) WHERE centroid IS NOT NULL OR across IS NOT NULL;

-- place is the item's.
CREATE TABLE item_story (
	item INTEGER PRIMARY KEY,
	story INTEGER NOT NULL,
	place INTEGER NOT NULL,
	how TEXT NOT NULL,
	score REAL NOT NULL,
	near INTEGER NOT NULL,
	at INTEGER NOT NULL,
	vec BLOB                       -- NULL: too old to be compared
) STRICT;

CREATE INDEX item_story_by_story ON item_story (story, place, item);
CREATE INDEX item_story_by_at ON item_story (at) WHERE vec IS NOT NULL;

CREATE TABLE story_term (
	lang INTEGER NOT NULL,
	hash INTEGER NOT NULL,
	df REAL NOT NULL,
	PRIMARY KEY (lang, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_meta (
	name TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- "Not this story", said by the admin.
CREATE TABLE story_apart (
	item INTEGER NOT NULL,
	story INTEGER NOT NULL,
	PRIMARY KEY (item, story)
) STRICT, WITHOUT ROWID;

CREATE TABLE topic (
	number INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

-- place is the item's; why says which words of the rule.
CREATE TABLE item_topic (
	topic INTEGER NOT NULL,
	place INTEGER NOT NULL,
	item INTEGER NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (topic, place, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_topic_by_item ON item_topic (item, topic);

-- Small facts that outlive a restart.
CREATE TABLE note (
	name TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The words of title and text, folded by store/search_words.c: FTS5 only parts them at spaces.
-- The row is place and number (store/search.h).
CREATE VIRTUAL TABLE search USING fts5 (
	title, text, content = '', columnsize = 0,
	tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);

-- Items that are indexed otherwise than they are now.
CREATE TABLE search_due (
	number INTEGER PRIMARY KEY,
	row INTEGER NOT NULL,          -- in search
	wire BLOB                      -- the text that is indexed; NULL: none
) STRICT;

INSERT INTO meta (name, value) VALUES ('searched', 0);
