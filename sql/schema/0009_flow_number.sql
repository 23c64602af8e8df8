-- A new password ends what is under way to recover the one before, in whichever browser.
CREATE INDEX flow_number ON flow (number_id) WHERE state IN ('sent', 'proved');
