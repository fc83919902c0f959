-- title: A speaker exists on the day of speaking
-- severity: error
-- what: Compares said_on with active_from and active_to of the speaker.
-- why: The dead do not speak, nor do organisations that have dissolved: the day or the speaker is
--   wrong.
-- bad: said_on 2024-12-07, speaker active_to 2012-07-18
-- good: said_on 2024-12-07, speaker active_to empty
-- hint: Mend said_on, the speaker, or the speaker's dates.
select
  'quotes' as table_name,
  q.quote_id as key,
  'said_on' as column_name,
  q.said_on::varchar as value,
  format(
    'said on {}, but {} was active from {} to {}',
    q.said_on, n.actor_id, coalesce(n.active_from::varchar, 'an unknown day'),
    coalesce(n.active_to::varchar, 'an unknown day')
  ) as message
from quotes q
join actors n on n.actor_id = q.speaker_id
where coalesce(n.active_from <= n.active_to, true)
  and (q.said_on < n.active_from or q.said_on > n.active_to)
