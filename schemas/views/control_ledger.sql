-- title: Who held which place from when to when
-- row: A spell of control: a place, an actor who held it or a part of it, and an event that shows
--   it.
-- caveats: Drawn from events of the type control that are neither planned nor discounted, by place
--   as named; nothing is carried over to the places around or within it. basis says how it is
--   known: gained (an event in which the actor gained control), claimed (another controller whom a
--   supporting report of a contested event names), before (the actor lost the place in its first
--   recorded change, and is taken to have held it until then; since when is empty) or described (a
--   source describes who holds it, for these days only). extent is part after a partial gain or
--   where several holders are described. The dates of events are ranges: from_day and to_day are
--   the earliest beginning and the latest end, from_latest and to_earliest bound the days in
--   between on which it held for sure. to_day is the day of the change itself, on whose evening the
--   place was another's. to_day is empty if it lasted, or may have lasted, to the end of the
--   record. A loss, a withdrawal (though sources speak of most of an area) or a capture by another
--   ends a spell. A partial gain by another, or a loss that a report denies or contradicts, only
--   ends what is sure; a contested gain is never sure, and from_latest is empty.
-- column place_name: Name of the place; empty if it has none in locations.
-- column controller_id: The actor who held the place.
-- column controller_name: Name of controller_id.
-- column extent: Whether it held the whole place or a part: whole or part.
-- column basis: How it is known: gained, claimed, before or described.
-- column from_day: Earliest day of the beginning; empty if it is not known.
-- column from_latest: Latest day of the beginning; empty if it is not known, or if the gain is
--   contested.
-- column to_earliest: Earliest day of the end; empty if none is recorded.
-- column to_day: Latest day of the end; empty if it lasted, or may have lasted, to the end of the
--   record.
-- column event_id: The event that shows it: the gain, the description, or for before the loss.
-- column event_title: Title of the event.
-- column ended_by: The event that ended it for sure.
with changes as (
  select
    e.event_id,
    e.location_id,
    e.start_date,
    e.end_date,
    e.event_subtype,
    e.evidence,
    coalesce(
      e.event_id in (select r.event_id from reports r where r.stance in ('denies', 'contradicts')),
      false
    ) as denied
  from events e
  where e.event_type = 'control'
    and not coalesce(e.planned, false)
    and e.evidence is distinct from 'discounted'
    and e.location_id is not null
    and e.start_date <= e.end_date
),
sides as (
  select c.*, a.actor_id, a.role
  from changes c
  join event_actors a on a.event_id = c.event_id
  where a.role in ('gained_control', 'lost_control', 'holder')
),
gains as (
  select s.*, 'gained' as basis, case when s.event_subtype = 'capture' then 'whole' else 'part' end as extent
  from sides s
  where s.role = 'gained_control'
  union all
  select distinct
    c.*,
    r.claimed_controller_id,
    'gained_control',
    'claimed',
    case when c.event_subtype = 'capture' then 'whole' else 'part' end
  from changes c
  join reports r on r.event_id = c.event_id and r.stance = 'supports'
  where c.evidence = 'contested'
    and c.event_subtype in ('capture', 'partial_control')
    and r.claimed_controller_id is not null
    and not exists (
      from sides s
      where s.event_id = c.event_id
        and s.role = 'gained_control'
        and s.actor_id = r.claimed_controller_id
    )
),
kin as (
  select w.actor_id, w.whole_id as other_id
  from actor_wholes w
  union
  select w.whole_id, w.actor_id
  from actor_wholes w
  union
  select s.actor_id, s.actor_id
  from sides s
  union
  select g.actor_id, g.actor_id
  from gains g
),
losses as (
  select s.*
  from sides s
  where s.role = 'lost_control'
),
first_losses as (
  select l.*
  from losses l
  qualify row_number() over (
    partition by l.location_id, l.actor_id order by l.end_date, l.start_date, l.event_id
  ) = 1
),
spells as (
  select
    g.location_id,
    g.actor_id,
    g.extent,
    g.basis,
    g.event_id,
    g.evidence,
    g.start_date as from_day,
    case when g.evidence <> 'contested' and not g.denied then g.end_date end as from_latest,
    (g.end_date, g.start_date, g.event_id) as place_in_order
  from gains g
  union all
  select
    l.location_id,
    l.actor_id,
    'whole',
    'before',
    l.event_id,
    l.evidence,
    null,
    null,
    (date '0001-01-01', date '0001-01-01', '')
  from first_losses l
  where not exists (
    from gains g
    join kin k on k.actor_id = g.actor_id and k.other_id = l.actor_id
    where g.location_id = l.location_id
      and (g.end_date, g.start_date, g.event_id) < (l.end_date, l.start_date, l.event_id)
  )
),
ends as (
  select
    s.location_id,
    s.actor_id,
    s.place_in_order,
    l.event_id,
    l.start_date,
    l.end_date,
    l.event_subtype <> 'partial_control' and not l.denied as sure
  from spells s
  join losses l on l.location_id = s.location_id
  join kin k on k.actor_id = s.actor_id and k.other_id = l.actor_id
  where (l.end_date, l.start_date, l.event_id) > s.place_in_order
  union all
  select
    s.location_id,
    s.actor_id,
    s.place_in_order,
    g.event_id,
    g.start_date,
    g.end_date,
    not g.denied
  from spells s
  join gains g
    on g.location_id = s.location_id
    and g.event_subtype = 'capture'
    and g.basis = 'gained'
  where (g.end_date, g.start_date, g.event_id) > s.place_in_order
    and (
      (s.extent = 'part' and g.actor_id = s.actor_id)
      or not exists (
        from kin k
        where k.actor_id = s.actor_id and k.other_id = g.actor_id
      )
    )
),
closed as (
  select
    x.location_id,
    x.actor_id,
    x.place_in_order,
    min(x.start_date) as to_earliest,
    min(x.end_date) filter (x.sure) as to_day,
    arg_min(x.event_id, (x.end_date, x.start_date, x.event_id)) filter (x.sure) as ended_by
  from ends x
  group by x.location_id, x.actor_id, x.place_in_order
),
ledger as (
  select
    s.location_id,
    s.actor_id,
    s.extent,
    s.basis,
    s.event_id,
    s.evidence,
    s.from_day,
    s.from_latest,
    case when c.to_earliest < s.from_day then s.from_day else c.to_earliest end as to_earliest,
    c.to_day,
    c.ended_by
  from spells s
  left join closed c
    on c.location_id = s.location_id
    and c.actor_id = s.actor_id
    and c.place_in_order = s.place_in_order
  union all
  select
    s.location_id,
    s.actor_id,
    case when count(*) over (partition by s.event_id) > 1 then 'part' else 'whole' end,
    'described',
    s.event_id,
    s.evidence,
    s.start_date,
    case when not s.denied then s.start_date end,
    s.end_date,
    s.end_date,
    null
  from sides s
  where s.role = 'holder'
)
select
  g.location_id,
  l.name as place_name,
  g.actor_id as controller_id,
  n.name as controller_name,
  n.camp,
  g.extent,
  g.basis,
  g.from_day,
  g.from_latest,
  g.to_earliest,
  g.to_day,
  g.event_id,
  e.title as event_title,
  g.evidence,
  g.ended_by
from ledger g
left join locations l on l.location_id = g.location_id
left join actors n on n.actor_id = g.actor_id
left join events e on e.event_id = g.event_id
order by g.location_id, g.from_day nulls first, g.event_id, g.basis, g.actor_id
