/** The page of an actor. */

import type { Detail } from "./data";
import { WithDetail } from "./detail";
import { EventList } from "./eventlist";
import { core } from "./filter";
import { country, number, period } from "./format";
import { ActorLink, Bracketed, coded, Facts, Head, Joined, Mark, Missing, Outside, Section, SourceName, useTitle, Words } from "./parts";
import { QuoteList } from "./quotation";
import { type Key, Record } from "./record";
import { ReportTable } from "./reports";
import { href } from "./route";
import type { Actor, Alias, Day, Relation } from "./types";

/** Relations by which an actor belongs to another, as the view actor_wholes follows them. */
const BELONGS = new Set(["member_of", "part_of"]);

export function Aliases({ aliases, detail }: { aliases: Alias[]; detail: Detail }) {
  const c = core.value!;
  if (aliases.length === 0) return null;
  return (
    <Section title="Other names" count={aliases.length}>
      <div class="wide">
        <table class="data list">
          <caption class="unseen">Other names and spellings, and a source that uses each</caption>
          <Head columns={["Name", "Language", "Kind", "As in"]} />
          <tbody>
            {aliases.map((a) => {
              const source = a.source_id === null ? undefined : detail.sources.get(a.source_id);
              return (
                <tr key={`${a.alias} ${a.language}`}>
                  <th scope="row"><Words text={a.alias} language={a.language} /></th>
                  <td data-title="Language">{c.title("language", a.language)}</td>
                  <td data-title="Kind">{c.title("alias_kind", a.kind)}</td>
                  <td data-title="As in">{a.source_id ? <SourceName id={a.source_id} source={source} /> : <span class="quiet">a gazetteer</span>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** What an actor belongs to, level by level: each whole, and what that belongs to. */
function wholes(id: string, relations: Relation[]): string[][] {
  const seen = new Set([id]);
  const levels: string[][] = [];
  for (let level = [id]; level.length; ) {
    level = [...new Set(relations.filter((r) => BELONGS.has(r.relation) && level.includes(r.actor_id)).map((r) => r.other_actor_id))].filter((a) => !seen.has(a));
    level.forEach((a) => seen.add(a));
    if (level.length) levels.push(level);
  }
  return levels;
}

/** One relation, as one or several sources state it. */
interface Stated {
  first: Relation;
  sources: string[];
  notes: string[];
}

function stated(relations: Relation[]): Stated[] {
  const groups = new Map<string, Stated>();
  for (const r of relations) {
    const key = [r.actor_id, r.relation, r.other_actor_id, r.valid_from, r.valid_to].join("\n");
    const group = groups.get(key) ?? { first: r, sources: [], notes: [] };
    group.sources.push(r.source_id);
    if (r.note && !group.notes.includes(r.note)) group.notes.push(r.note);
    groups.set(key, group);
  }
  const order = [...(core.peek()!.codes.get("relation")?.keys() ?? [])];
  return [...groups.values()].sort((a, b) =>
    order.indexOf(a.first.relation) - order.indexOf(b.first.relation) || (a.first.valid_from ?? "").localeCompare(b.first.valid_from ?? ""));
}

function Relations({ id, detail }: { id: string; detail: Detail }) {
  const c = core.value!;
  const list = stated(detail.relations.filter((r) => r.actor_id === id || r.other_actor_id === id));
  if (list.length === 0) return null;
  const dated = list.some(({ first }) => first.valid_from || first.valid_to);
  const end = (actor: string) => (actor === id ? <b><bdi>{c.actorName(actor)}</bdi></b> : <ActorLink id={actor} />);
  return (
    <Section title="Relations" count={list.length}>
      <div class="wide">
        <table class="data list relations">
          <caption class="unseen">Relations with other actors, to be read from left to right</caption>
          <Head columns={["Actor", "Relation", "Other actor", dated && "When", "As in"]} />
          <tbody>
            {list.map(({ first, sources, notes }) => (
              <tr key={first.relation_id}>
                <td>{end(first.actor_id)}</td>
                <td class="relation">{c.title("relation", first.relation).toLowerCase()}</td>
                <td>{end(first.other_actor_id)}</td>
                {dated && <td>{period(first.valid_from, first.valid_to)}</td>}
                <td data-title="As in">
                  <Joined by="; " items={sources.map((s) => <SourceName id={s} source={detail.sources.get(s)} />)} />
                  {notes.map((n) => <p key={n} class="quiet"><bdi>{n}</bdi></p>)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function ActorFacts({ actor, detail }: { actor: Actor; detail: Detail }) {
  const row = detail.actors.get(actor.actor_id);
  const levels = wholes(actor.actor_id, detail.relations);
  const parts = detail.relations.filter((r) => BELONGS.has(r.relation) && r.other_actor_id === actor.actor_id).map((r) => r.actor_id);
  const wikidata = row?.wikidata_id ? String(row.wikidata_id) : null;
  return (
    <Facts
      facts={[
        coded("Kind", "actor_kind", actor.kind),
        coded("Camp", "camp", actor.camp),
        ["Country", row?.country && country(String(row.country))],
        ["Active", period(row?.active_from as Day | null ?? null, row?.active_to as Day | null ?? null)],
        levels.length > 0 && [
          "Belongs to",
          levels.map((level, i) => <p key={i}>{i > 0 && <span class="quiet">and so to </span>}<Joined items={level.map((a) => <ActorLink id={a} />)} /></p>),
        ],
        parts.length > 0 && ["Parts and members", <Joined items={[...new Set(parts)].map((a) => <ActorLink id={a} />)} />],
        wikidata !== null && ["Wikidata", <Outside url={`https://www.wikidata.org/wiki/${encodeURIComponent(wikidata)}`}>{wikidata}</Outside>],
      ]}
    />
  );
}

function Later({ actor, detail }: { actor: Actor; detail: Detail }) {
  const id = actor.actor_id;
  const c = core.value!;
  const roles = c.rolesOfActor.get(id) ?? [];
  const took = new Map<string, string[]>();
  for (const r of roles) took.set(r.event_id, [...(took.get(r.event_id) ?? []), c.title("role", r.role)]);
  const events = c.events.filter((e) => took.has(e.event_id));
  const quotes = detail.quotesBy.get(id) ?? [];
  const claims = detail.reportsBy.get(id) ?? [];
  const from = detail.reportsFrom.get(id) ?? [];
  const aliases = detail.actorAliases.get(id) ?? [];
  const related = detail.relations.filter((r) => r.actor_id === id || r.other_actor_id === id);
  const keys: Key[] = [["actor_aliases", `${id}|*`], ...related.map((r): Key => ["actor_relations", r.relation_id])];
  return (
    <>
      <Relations id={id} detail={detail} />
      {events.length > 0 && (
        <Section title="Events" count={events.length}>
          <p><a href={href("map", "", { actor: id })}>On the map and in time</a></p>
          <EventList events={events} caption={`Events in which ${actor.name} took part`} extra={{ title: "Role", cell: (e) => took.get(e.event_id)!.join(", ") }} />
        </Section>
      )}
      {quotes.length > 0 && <Section title="Quotations" count={quotes.length}><QuoteList quotes={quotes} detail={detail} speaker={false} /></Section>}
      {claims.length > 0 && (
        <Section title="Claims" count={claims.length}>
          <p class="quiet">Reports that give this actor’s word.</p>
          <ReportTable reports={claims} detail={detail} claimant={false} caption={`Reports that give the word of ${actor.name}`} />
        </Section>
      )}
      {from.length > 0 && (
        <Section title="Reports that come from here" count={from.length}>
          <p class="quiet">The content of {number(from.length)} reports goes back to this actor, whoever printed it. They count as one voice.</p>
          <ReportTable reports={from} detail={detail} caption={`Reports whose content comes from ${actor.name}`} />
        </Section>
      )}
      <Aliases aliases={aliases} detail={detail} />
      <Record table="actors" id={id} title={actor.name} keys={keys} />
    </>
  );
}

function Shown({ actor }: { actor: Actor }) {
  const c = core.value!;
  useTitle(actor.name);
  return (
    <article class="entity">
      <header>
        <p class="kicker"><Mark list="camp" code={actor.camp} />{c.title("actor_kind", actor.kind)} · {c.title("camp", actor.camp)}</p>
        <h1><bdi>{actor.name}</bdi>{actor.name_ar && <> <bdi lang="ar">{actor.name_ar}</bdi></>}</h1>
        <WithDetail>{(d) => { const text = d.actors.get(actor.actor_id)?.description; return text && <p class="lead"><bdi>{String(text)}</bdi></p>; }}</WithDetail>
        <Bracketed name={actor.name} />
      </header>
      <aside aria-label="In short"><WithDetail>{(detail) => <ActorFacts actor={actor} detail={detail} />}</WithDetail></aside>
      <div class="body"><WithDetail>{(detail) => <Later actor={actor} detail={detail} />}</WithDetail></div>
    </article>
  );
}

export function ActorPage({ id }: { id: string }) {
  const actor = core.value!.actors.get(id);
  return actor ? <Shown key={id} actor={actor} /> : <Missing what="actor" id={id} />;
}
