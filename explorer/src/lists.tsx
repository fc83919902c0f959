/** The lists of actors, places, sources and quotations. */

import { useMemo } from "preact/hooks";
import { type Core, type Detail, folded } from "./data";
import { type Column, DataTable } from "./datatable";
import { WithDetail } from "./detail";
import { core } from "./filter";
import { mediumDay, number } from "./format";
import { ActorLink, Mark, PlaceLink, SourceLink, useTitle, Words } from "./parts";
import { Speaker } from "./quotation";
import { href, route, setQuery } from "./route";
import type { Actor, Alias, Cell, Place, Quote, Source } from "./types";

interface Choice<T> {
  /** Name of the parameter in the address. */
  name: string;
  title: string;
  /** Code list that gives the titles. */
  list: string;
  code: (row: T) => string;
}

interface Props<T> {
  name: string;
  title: string;
  intro: string;
  rows: T[];
  id: (row: T) => string;
  /** What the text search looks at. */
  text: (row: T) => string;
  choices: Choice<T>[];
  columns: Column<T>[];
  head: string;
  order: string;
  fields: Record<string, (row: T) => Exclude<Cell, unknown[]>>;
}

function Select<T>({ choice, rows }: { choice: Choice<T>; rows: T[] }) {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(choice.code(row), (counts.get(choice.code(row)) ?? 0) + 1);
  const codes = core.value!.codes.get(choice.list);
  const value = route.value.query.get(choice.name) ?? "";
  const order = [...(codes?.keys() ?? [])].filter((code) => counts.has(code));
  return (
    <label>{choice.title}{" "}
      <select value={value} onChange={(e) => setQuery({ [choice.name]: e.currentTarget.value, page: "" })}>
        <option value="">all</option>
        {order.map((code) => <option key={code} value={code}>{codes!.get(code)!.title} ({counts.get(code)})</option>)}
      </select>
    </label>
  );
}

function List<T>({ name, title, intro, rows, id, text, choices, columns, head, order, fields }: Props<T>) {
  useTitle(title);
  const query = route.value.query;
  const find = query.get("find") ?? "";
  const chosen = choices.map((c) => query.get(c.name) ?? "");
  const texts = useMemo(() => rows.map((row) => folded(text(row))), [rows]);
  const found = useMemo(() => {
    const words = folded(find).split(/\s+/).filter(Boolean);
    return rows.filter((row, i) =>
      choices.every((choice, at) => !chosen[at] || choice.code(row) === chosen[at]) && words.every((word) => texts[i]!.includes(word)));
  }, [rows, find, ...chosen]);
  return (
    <>
      <h1>{title}</h1>
      <p class="lead">{intro}</p>
      <form class="listform" role="search" aria-label={title} onSubmit={(e) => e.preventDefault()}>
        <input
          type="search" aria-label={`Search the ${title.toLowerCase()}`} placeholder="Search · بحث" dir="auto" value={find}
          onInput={(e) => setQuery({ find: e.currentTarget.value, page: "" })}
        />
        {choices.map((choice) => <Select key={choice.name} choice={choice} rows={rows} />)}
        <span role="status">{number(found.length)} of {number(rows.length)}</span>
      </form>
      <DataTable name={name} caption={title} rows={found} id={id} columns={columns} head={head} order={order} fields={fields} />
    </>
  );
}

const joined = (aliases: Alias[] | undefined) => (aliases ?? []).map((a) => a.alias).join("\n");
const size = <T,>(map: Map<string, T[]>, id: string) => map.get(id)?.length ?? 0;

function actors(c: Core, d: Detail): Props<Actor> {
  const row = (a: Actor) => d.actors.get(a.actor_id);
  const text = (a: Actor, field: string) => (row(a)?.[field] as string | null | undefined) ?? null;
  return {
    name: "actors", title: "Actors",
    intro: "Persons, organisations, states, armed groups, populations and speakers left unnamed that take part, make a claim or are quoted.",
    rows: [...c.actors.values()], id: (a) => a.actor_id,
    text: (a) => [a.actor_id, a.name, a.name_ar, text(a, "description"), joined(d.actorAliases.get(a.actor_id))].join("\n"),
    choices: [
      { name: "side", title: "Camp", list: "camp", code: (a) => a.camp },
      { name: "kind", title: "Kind", list: "actor_kind", code: (a) => a.kind },
    ],
    columns: [
      { name: "name", title: "Name", value: (a) => a.name, cell: (a) => <ActorLink id={a.actor_id} /> },
      { name: "name_ar", title: "Arabic", value: (a) => a.name_ar, cell: (a) => a.name_ar && <bdi lang="ar">{a.name_ar}</bdi> },
      { name: "kind", title: "Kind", value: (a) => c.title("actor_kind", a.kind) },
      { name: "camp", title: "Camp", value: (a) => c.title("camp", a.camp), cell: (a) => <><Mark list="camp" code={a.camp} />{c.title("camp", a.camp)}</> },
      { name: "events", title: "Events", value: (a) => new Set(c.rolesOfActor.get(a.actor_id)?.map((r) => r.event_id)).size, down: true },
      { name: "claims", title: "Claims", value: (a) => size(d.reportsBy, a.actor_id), down: true },
      { name: "counted", title: "Upstream of", value: (a) => size(d.reportsFrom, a.actor_id), down: true },
      { name: "quotes", title: "Quotes", value: (a) => size(d.quotesBy, a.actor_id), down: true },
    ],
    head: "name", order: "-events",
    fields: {
      actor_id: (a) => a.actor_id, name: (a) => a.name, name_ar: (a) => a.name_ar, kind: (a) => a.kind, camp: (a) => a.camp,
      country: (a) => text(a, "country"), description: (a) => text(a, "description"), wikidata_id: (a) => text(a, "wikidata_id"),
    },
  };
}

function places(c: Core, d: Detail): Props<Place> {
  const text = (p: Place, field: string) => { const v = d.places.get(p.location_id)?.[field]; return v === null || v === undefined ? null : String(v); };
  return {
    name: "locations", title: "Places",
    intro: "From countries down to buildings, each within the smallest recorded place that contains it.",
    rows: [...c.places.values()], id: (p) => p.location_id,
    text: (p) => [p.location_id, p.name, p.name_ar, text(p, "description"), text(p, "ocha_pcode"), joined(d.placeAliases.get(p.location_id))].join("\n"),
    choices: [{ name: "kind", title: "Kind", list: "location_kind", code: (p) => p.kind }],
    columns: [
      { name: "name", title: "Name", value: (p) => p.name, cell: (p) => <PlaceLink id={p.location_id} /> },
      { name: "name_ar", title: "Arabic", value: (p) => p.name_ar, cell: (p) => p.name_ar && <bdi lang="ar">{p.name_ar}</bdi> },
      { name: "kind", title: "Kind", value: (p) => c.title("location_kind", p.kind) },
      { name: "within", title: "Within", value: (p) => c.placeName(p.parent_id) || null, cell: (p) => p.parent_id && <PlaceLink id={p.parent_id} /> },
      { name: "lat", title: "Latitude", value: (p) => p.lat },
      { name: "lon", title: "Longitude", value: (p) => p.lon },
      { name: "events", title: "Events", value: (p) => size(c.eventsAt, p.location_id), down: true },
    ],
    head: "name", order: "-events",
    fields: {
      location_id: (p) => p.location_id, name: (p) => p.name, name_ar: (p) => p.name_ar, kind: (p) => p.kind, parent_id: (p) => p.parent_id,
      lat: (p) => p.lat, lon: (p) => p.lon,
      ocha_pcode: (p) => text(p, "ocha_pcode"), geonames_id: (p) => text(p, "geonames_id"), wikidata_id: (p) => text(p, "wikidata_id"),
    },
  };
}

function sources(c: Core, d: Detail): Props<Source> {
  return {
    name: "sources", title: "Sources",
    intro: "Pages and documents that were read, or that one of these cites. What a page says here is what it said when it was read.",
    rows: [...d.sources.values()], id: (s) => s.source_id,
    text: (s) => [s.source_id, s.title, s.publisher, s.author, s.url, c.actorName(s.upstream_id)].join("\n"),
    choices: [
      { name: "kind", title: "Kind", list: "source_kind", code: (s) => s.kind },
      { name: "language", title: "Language", list: "language", code: (s) => s.language },
      { name: "coding", title: "Coded", list: "coding", code: (s) => s.coding },
    ],
    columns: [
      { name: "published", title: "Published", value: (s) => s.published, cell: (s) => s.published && mediumDay(s.published) },
      { name: "publisher", title: "Publisher", value: (s) => s.publisher, cell: (s) => <bdi>{s.publisher}</bdi> },
      { name: "title", title: "Title", value: (s) => s.title, cell: (s) => <SourceLink id={s.source_id} source={s} /> },
      { name: "language", title: "Language", value: (s) => c.title("language", s.language) },
      { name: "upstream", title: "Upstream", value: (s) => c.actorName(s.upstream_id) || null, cell: (s) => s.upstream_id && <ActorLink id={s.upstream_id} /> },
      { name: "read", title: "Read", value: (s) => c.title("text_seen", s.text_seen) },
      { name: "reports", title: "Reports", value: (s) => size(d.reportsIn, s.source_id), down: true },
      { name: "quotes", title: "Quotes", value: (s) => size(d.quotesIn, s.source_id), down: true },
    ],
    head: "title", order: "-reports",
    fields: {
      source_id: (s) => s.source_id, url: (s) => s.url, title: (s) => s.title, publisher: (s) => s.publisher, author: (s) => s.author,
      published: (s) => s.published, language: (s) => s.language, kind: (s) => s.kind, upstream_id: (s) => s.upstream_id,
      text_seen: (s) => s.text_seen, coding: (s) => s.coding,
    },
  };
}

function quotes(c: Core, d: Detail): Props<Quote> {
  const speaker = (q: Quote) => (q.speaker_id ? c.actorName(q.speaker_id) : q.speaker_description);
  const publisher = (q: Quote) => d.sources.get(q.source_id)?.publisher ?? null;
  return {
    name: "quotes", title: "Quotations",
    intro: "Words inside quotation marks in a source. Reported speech is none.",
    rows: [...d.quotes.values()], id: (q) => q.quote_id,
    text: (q) => [
      q.quote_id, q.text, q.gist, speaker(q), c.actors.get(q.speaker_id ?? "")?.name_ar, ...(d.variants.get(q.quote_id) ?? []).map((v) => v.text),
    ].join("\n"),
    choices: [
      { name: "topic", title: "Topic", list: "topic", code: (q) => q.topic },
      { name: "language", title: "Language", list: "language", code: (q) => q.language },
      { name: "attribution", title: "Speaker", list: "attribution", code: (q) => q.attribution },
    ],
    columns: [
      { name: "said", title: "Said", value: (q) => q.said_on, cell: (q) => mediumDay(q.said_on) },
      { name: "speaker", title: "Speaker", value: speaker, cell: (q) => <Speaker quote={q} /> },
      {
        name: "text", title: "Words", value: (q) => q.gist,
        cell: (q) => <><a href={href("quote", q.quote_id)}><Words text={q.text} language={q.language} /></a>{q.language !== "en" && <small><bdi>{q.gist}</bdi></small>}</>,
      },
      { name: "topic", title: "Topic", value: (q) => c.title("topic", q.topic) },
      { name: "publisher", title: "Printed by", value: publisher, cell: (q) => <bdi>{publisher(q)}</bdi> },
    ],
    head: "text", order: "said",
    fields: {
      quote_id: (q) => q.quote_id, text: (q) => q.text, gist: (q) => q.gist, speaker_id: (q) => q.speaker_id, speaker: (q) => speaker(q),
      attribution: (q) => q.attribution, language: (q) => q.language, said_on: (q) => q.said_on, said_on_basis: (q) => q.said_on_basis,
      source_id: (q) => q.source_id, event_id: (q) => q.event_id, topic: (q) => q.topic,
    },
  };
}

function Built<T>({ detail, build }: { detail: Detail; build: (c: Core, d: Detail) => Props<T> }) {
  const props = useMemo(() => build(core.peek()!, detail), [detail, build]);
  return <List {...props} />;
}

const page = <T,>(build: (c: Core, d: Detail) => Props<T>) => function ListPage() {
  return <div class="listpage"><WithDetail>{(detail) => <Built key={build.name} detail={detail} build={build} />}</WithDetail></div>;
};

export const ActorsPage = page(actors);
export const PlacesPage = page(places);
export const SourcesPage = page(sources);
export const QuotesPage = page(quotes);
