-- title: The attribution suits the kind of the speaker
-- severity: error
-- what: A named speaker is a person, an institution is no person, and an unnamed speaker who has a
--   row is an unnamed person.
-- why: Whether somebody stands for the words with a name is the first thing that readers ask of a
--   quote.
-- bad: attribution named, speaker hts (armed group)
-- good: attribution institution, speaker hts (armed group)
-- hint: Mend the attribution or the speaker.
select
  'quotes' as table_name,
  q.quote_id as key,
  'attribution' as column_name,
  q.attribution as value,
  format('the attribution is {}, but {} is of kind {}', q.attribution, n.actor_id, n.kind)
    as message
from quotes q
join actors n on n.actor_id = q.speaker_id
join codelists.actor_kind k on k.code = n.kind
where (q.attribution = 'named' and n.kind <> 'person')
  or (q.attribution = 'institution' and n.kind in ('person', 'unnamed_person'))
  or (q.attribution = 'unnamed' and n.kind <> 'unnamed_person')
