select quote_id, source_id, text, language
from quote_variants
order by quote_id, source_id
