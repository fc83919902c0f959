select report_id, measure, low, high, words, cumulative, as_of
from report_counts
order by report_id, measure
