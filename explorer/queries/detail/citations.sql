select source_id, cited_source_id, note
from source_citations
order by source_id, cited_source_id
