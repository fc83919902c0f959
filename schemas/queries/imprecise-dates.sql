-- group: Method
-- title: For which events do the sources leave more than one day open?
-- reading: days is how many days the range holds. The words for the time that reports use instead
--   of a day are in date_words, the days that they name in claimed. The range bounds when it can
--   have happened and is not how long it lasted.
select
  e.event_id,
  e.start_date,
  e.end_date,
  e.end_date - e.start_date + 1 as days,
  string_agg(distinct r.claimed_date::varchar, ', ' order by r.claimed_date::varchar) as claimed,
  string_agg(distinct r.date_words, '; ' order by r.date_words) as date_words
from events e
left join reports r on r.event_id = e.event_id and r.stance = 'supports'
where e.unit = 'event'
  and e.scope = 'window'
  and not coalesce(e.planned, false)
  and e.start_date < e.end_date
group by e.event_id, e.start_date, e.end_date
order by days desc, e.event_id
