-- title: Quotations with speaker, event and source
-- row: A quotation, in the words of the source that prints it.
-- caveats: said_on is the day of publication, the latest possible one, where said_on_basis is
--   publication. speaker is the name of the actor, or the description by the source where no actor
--   is given. variants counts other wordings in further sources.
-- column text: The words, exactly as the source prints them.
-- column speaker: Name of the speaker, or the description by the source.
-- column speaker_kind: Kind of the actor who speaks.
-- column language: Language of the words as printed.
-- column event_id: The event that it is about.
-- column event_title: Title of the event.
-- column source_title: Title of the source.
-- column variants: Number of other wordings.
select
  q.quote_id,
  q.text,
  q.gist,
  q.speaker_id,
  coalesce(n.name, q.speaker_description) as speaker,
  q.speaker_description,
  n.kind as speaker_kind,
  n.camp,
  q.attribution,
  q.language,
  q.translated,
  q.original_language,
  q.said_on,
  q.said_on_basis,
  q.topic,
  q.event_id,
  e.title as event_title,
  q.source_id,
  s.title as source_title,
  s.publisher,
  s.published,
  s.url,
  (select count(*) from quote_variants v where v.quote_id = q.quote_id) as variants
from quotes q
left join actors n on n.actor_id = q.speaker_id
left join events e on e.event_id = q.event_id
left join sources s on s.source_id = q.source_id
