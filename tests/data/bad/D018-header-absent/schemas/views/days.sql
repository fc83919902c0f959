select event_id from events
