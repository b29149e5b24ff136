-- When readers could last see a change; grows with each serial, so that no two bear one second.
INSERT INTO meta (name, value) VALUES ('changed', 0);
