-- title: Events with their places, actors and counts
-- row: An event or state of affairs.
-- caveats: start_date and end_date bound the time in which it can have happened, not how long it
--   lasted. Coordinates are those of the centre of its place; location_precision says how near that
--   is. Of each role there are the identifiers as a list and the names as text in the same order,
--   empty if nobody has the role. To count events, leave out those with unit state, planned true or
--   evidence discounted.
-- column title: Title of the event.
-- column place_name: Name of the place.
-- column place_name_ar: Arabic name of the place.
-- column place_kind: Kind of the place.
-- column governorate_id: The governorate that the place is, or lies in.
-- column governorate_name: Name of the governorate.
-- column initiator_ids: Actors in the role initiator.
-- column initiators: Names of the actors in the role initiator.
-- column target_ids: Actors in the role target.
-- column targets: Names of the actors in the role target.
-- column gainer_ids: Actors in the role gained_control.
-- column gainers: Names of the actors in the role gained_control.
-- column loser_ids: Actors in the role lost_control.
-- column losers: Names of the actors in the role lost_control.
-- column holder_ids: Actors in the role holder.
-- column holders: Names of the actors in the role holder.
-- column supporter_ids: Actors in the role supporter.
-- column supporters: Names of the actors in the role supporter.
-- column beneficiary_ids: Actors in the role beneficiary.
-- column beneficiaries: Names of the actors in the role beneficiary.
-- column mediator_ids: Actors in the role mediator.
-- column mediators: Names of the actors in the role mediator.
-- column speaker_ids: Actors in the role speaker.
-- column speakers: Names of the actors in the role speaker.
-- column affected_ids: Actors in the role affected.
-- column affected: Names of the actors in the role affected.
-- column reports: Number of reports.
-- column upstreams: Number of known independent upstreams that support it.
-- column quotes: Number of quotations about it.
with governorates as (
  select l.location_id, min(g.location_id) as governorate_id
  from locations l
  left join place_ancestors w on w.location_id = l.location_id
  join locations g
    on g.location_id in (l.location_id, w.ancestor_id)
    and g.kind = 'governorate'
  group by l.location_id
),
people as (
  select a.event_id, a.role, a.actor_id, coalesce(n.name, a.actor_id) as name
  from event_actors a
  left join actors n on n.actor_id = a.actor_id
),
roles as (
  select
    p.event_id,
    list(p.actor_id order by p.actor_id) filter (p.role = 'initiator') as initiator_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'initiator') as initiators,
    list(p.actor_id order by p.actor_id) filter (p.role = 'target') as target_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'target') as targets,
    list(p.actor_id order by p.actor_id) filter (p.role = 'gained_control') as gainer_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'gained_control') as gainers,
    list(p.actor_id order by p.actor_id) filter (p.role = 'lost_control') as loser_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'lost_control') as losers,
    list(p.actor_id order by p.actor_id) filter (p.role = 'holder') as holder_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'holder') as holders,
    list(p.actor_id order by p.actor_id) filter (p.role = 'supporter') as supporter_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'supporter') as supporters,
    list(p.actor_id order by p.actor_id) filter (p.role = 'beneficiary') as beneficiary_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'beneficiary') as beneficiaries,
    list(p.actor_id order by p.actor_id) filter (p.role = 'mediator') as mediator_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'mediator') as mediators,
    list(p.actor_id order by p.actor_id) filter (p.role = 'speaker') as speaker_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'speaker') as speakers,
    list(p.actor_id order by p.actor_id) filter (p.role = 'affected') as affected_ids,
    string_agg(p.name, '; ' order by p.actor_id) filter (p.role = 'affected') as affected
  from people p
  group by p.event_id
),
told as (
  select
    r.event_id,
    count(*) as reports,
    count(distinct r.upstream_id) filter (r.stance = 'supports') as upstreams
  from report_upstreams r
  group by r.event_id
),
said as (
  select q.event_id, count(*) as quotes
  from quotes q
  group by q.event_id
)
select
  e.event_id,
  e.title,
  e.summary,
  e.start_date,
  e.end_date,
  e.date_precision,
  e.event_type,
  e.event_subtype,
  e.unit,
  e.scope,
  e.planned,
  e.unopposed,
  e.evidence,
  e.location_id,
  l.name as place_name,
  l.name_ar as place_name_ar,
  l.kind as place_kind,
  e.location_precision,
  l.lat,
  l.lon,
  g.governorate_id,
  o.name as governorate_name,
  x.initiator_ids,
  x.initiators,
  x.target_ids,
  x.targets,
  x.gainer_ids,
  x.gainers,
  x.loser_ids,
  x.losers,
  x.holder_ids,
  x.holders,
  x.supporter_ids,
  x.supporters,
  x.beneficiary_ids,
  x.beneficiaries,
  x.mediator_ids,
  x.mediators,
  x.speaker_ids,
  x.speakers,
  x.affected_ids,
  x.affected,
  e.killed_low,
  e.killed_best,
  e.killed_high,
  e.killed_words,
  coalesce(t.reports, 0) as reports,
  coalesce(t.upstreams, 0) as upstreams,
  coalesce(s.quotes, 0) as quotes
from events e
left join locations l on l.location_id = e.location_id
left join governorates g on g.location_id = e.location_id
left join locations o on o.location_id = g.governorate_id
left join roles x on x.event_id = e.event_id
left join told t on t.event_id = e.event_id
left join said s on s.event_id = e.event_id
