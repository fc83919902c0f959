select
  source_id, url, title, publisher, author, published, language, kind, upstream_id, accessed,
  text_seen, coding, note
from sources
order by source_id
