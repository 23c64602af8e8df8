-- What became of somebody's last change of the contact phone.
CREATE INDEX phone_change_subscriber ON phone_change (subscriber_id, id);
