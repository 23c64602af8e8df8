-- Which network asked for a code before anybody was signed in, and the window in which that was counted (src/domain/limit.h):
-- a code that turns out right does not count.
ALTER TABLE flow ADD COLUMN network TEXT;
ALTER TABLE flow ADD COLUMN network_win ${int};
