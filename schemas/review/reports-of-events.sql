-- title: Reports
-- show: parts
-- table: reports
-- of: events
-- noun: report, reports
select
  r.report_id as key,
  r.event_id as of,
  concat(
    coalesce(t.title, r.stance),
    ': ',
    coalesce(s.publisher, r.source_id),
    coalesce(' of ' || strftime(s.published, '%-d %B %Y'), ''),
    coalesce(', by word of ' || coalesce(c.name, r.claimant_id), ''),
    case
      when u.upstream_id is null then ', upstream unknown'
      else concat(
        ', upstream ', coalesce(u.upstream_name, u.upstream_id),
        case when u.upstream_basis = 'inferred' then ' (inferred)' else '' end
      )
    end,
    coalesce(', for ' || strftime(r.claimed_date, '%-d %B %Y'), '')
  ) as words
from reports r
left join report_upstreams u on u.report_id = r.report_id
left join sources s on s.source_id = r.source_id
left join actors c on c.actor_id = r.claimant_id
left join codelists.stance t on t.code = r.stance
