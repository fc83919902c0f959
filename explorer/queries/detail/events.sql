select event_id, unopposed, killed_low, killed_best, killed_high, killed_words, note
from events
order by event_id
