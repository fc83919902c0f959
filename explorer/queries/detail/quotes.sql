select
  quote_id, text, gist, speaker_id, speaker_description, attribution, language, translated,
  original_language, said_on, said_on_basis, source_id, event_id, topic, note
from quotes
order by quote_id
