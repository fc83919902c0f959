select
  r.report_id, r.event_id, r.source_id, r.claimant_id, u.upstream_id, r.stance, r.claimed_date,
  r.date_words, r.claimed_controller_id, r.note
from reports r
left join report_upstreams u on u.report_id = r.report_id
order by r.report_id
