/** The release: fetched, inflated, and indexed by what the page looks up. */

import type {
  Actor, Alias, Bundle, Cell, Citation, Code, Columns, Control, Count, Day, Disagreement, Event, Package,
  Place, Quote, Relation, Report, Role, Source, Variant,
} from "./types";

/** Fetch a file of gzipped JSON. A static host may serve it as it lies there, or inflate it itself. */
export async function fetchInflated(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!gzipped) return bytes.buffer;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

export async function fetchJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fetchInflated(path))) as T;
}

export function rows<T>(table: Columns | undefined): T[] {
  if (!table) return [];
  const names = Object.keys(table);
  const length = names.length ? table[names[0]!]!.length : 0;
  return Array.from({ length }, (_, i) => {
    const row: Record<string, Cell> = {};
    for (const name of names) row[name] = table[name]![i]!;
    return row as T;
  });
}

export function by<T, K>(items: Iterable<T>, key: (item: T) => K | null): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    if (k === null) continue;
    const group = groups.get(k);
    if (group) group.push(item);
    else groups.set(k, [item]);
  }
  return groups;
}

export function index<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T> {
  return new Map([...items].map((item) => [key(item), item]));
}

/** Days from one to another, both included. */
export function days(first: Day, last: Day): Day[] {
  const list: Day[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000)
    list.push(new Date(at).toISOString().slice(0, 10));
  return list;
}

/** A text for searching: folded case, without accents, and one form of each Arabic letter. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g, "")
    .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627")
    .replace(/\u0649/g, "\u064a")
    .replace(/\u0629/g, "\u0647")
    .toLowerCase();
}

/** A row of the ledger, if it names somebody: after a loss to nobody named there is a row with no holder. */
function held(row: Record<keyof Control, Cell>): Control[] {
  const list = (cell: Cell) => (Array.isArray(cell) ? cell.filter((x) => x !== null) : []);
  const control = { ...row, controller_ids: list(row.controller_ids), event_ids: list(row.event_ids), sure: row.sure === true };
  return control.controller_ids.length ? [control as Control] : [];
}

export class Core {
  readonly package: Package;
  readonly days: Day[];
  readonly events: Event[];
  readonly event: Map<string, Event>;
  readonly actors: Map<string, Actor>;
  readonly places: Map<string, Place>;
  readonly roles: Map<string, Role[]>;
  readonly rolesOfActor: Map<string, Role[]>;
  readonly eventsAt: Map<string, Event[]>;
  readonly control: Map<string, Control[]>;
  readonly codes: Map<string, Map<string, Code>>;
  /** For each event, in the order of `events`: what the text search looks at. */
  readonly texts: string[];

  constructor(bundle: Bundle) {
    const t = bundle.tables;
    this.package = bundle.package;
    this.days = days(bundle.package.start, bundle.package.end);
    this.events = rows<Event>(t.events);
    this.event = index(this.events, (e) => e.event_id);
    this.actors = index(rows<Actor>(t.actors), (a) => a.actor_id);
    this.places = index(rows<Place>(t.places), (p) => p.location_id);
    const roles = rows<Role>(t.roles);
    this.roles = by(roles, (r) => r.event_id);
    this.rolesOfActor = by(roles, (r) => r.actor_id);
    this.eventsAt = by(this.events, (e) => e.location_id);
    this.control = by(rows<Record<keyof Control, Cell>>(t.control).flatMap(held), (c) => c.location_id);
    this.codes = new Map(
      [...by(rows<Code>(t.codes), (c) => c.list)].map(([list, codes]) => [list, index(codes, (c) => c.code)]),
    );
    this.texts = this.events.map((e) => {
      const place = e.location_id ? this.places.get(e.location_id) : undefined;
      const actors = (this.roles.get(e.event_id) ?? []).map((r) => this.actors.get(r.actor_id));
      const names = [place, ...actors].flatMap((x) => (x ? [x.name, x.name_ar ?? "", x.aliases ?? ""] : []));
      return folded([e.event_id, e.title, e.summary, ...names].join("\n"));
    });
  }

  title(list: string, code: string | null): string {
    return code === null ? "" : (this.codes.get(list)?.get(code)?.title ?? code);
  }

  actorName(id: string | null): string {
    return id === null ? "" : (this.actors.get(id)?.name ?? id);
  }

  placeName(id: string | null): string {
    return id === null ? "" : (this.places.get(id)?.name ?? id);
  }

  camps(event: Event): Set<string> {
    return new Set(
      (this.roles.get(event.event_id) ?? []).map((r) => this.actors.get(r.actor_id)?.camp ?? "unknown"),
    );
  }

  /** Who held a place in the evening of a day, or null where the ledger knows nothing. */
  controlOn(place: string, day: Day): Control | null {
    return this.control.get(place)?.find((c) => c.first_day <= day && day <= c.last_day) ?? null;
  }
}

export class Detail {
  readonly sources: Map<string, Source>;
  readonly reports: Report[];
  readonly reportsOf: Map<string, Report[]>;
  readonly reportsIn: Map<string, Report[]>;
  readonly counts: Map<string, Count[]>;
  readonly quotes: Map<string, Quote>;
  readonly quotesAbout: Map<string, Quote[]>;
  readonly quotesBy: Map<string, Quote[]>;
  readonly quotesIn: Map<string, Quote[]>;
  readonly variants: Map<string, Variant[]>;
  readonly reportsBy: Map<string, Report[]>;
  readonly reportsFrom: Map<string, Report[]>;
  readonly cites: Map<string, Citation[]>;
  readonly citedBy: Map<string, Citation[]>;
  readonly events: Map<string, Record<string, Cell>>;
  readonly actors: Map<string, Record<string, Cell>>;
  readonly places: Map<string, Record<string, Cell>>;
  readonly actorAliases: Map<string, (Alias & { actor_id: string })[]>;
  readonly placeAliases: Map<string, (Alias & { location_id: string })[]>;
  readonly relations: Relation[];
  readonly disagreements: Map<string, Disagreement[]>;

  constructor(bundle: Bundle) {
    const t = bundle.tables;
    this.sources = index(rows<Source>(t.sources), (s) => s.source_id);
    this.reports = rows<Report>(t.reports);
    this.reportsOf = by(this.reports, (r) => r.event_id);
    this.reportsIn = by(this.reports, (r) => r.source_id);
    this.reportsBy = by(this.reports, (r) => r.claimant_id);
    this.reportsFrom = by(this.reports, (r) => r.upstream_id);
    this.counts = by(rows<Count>(t.counts), (c) => c.report_id);
    const citations = rows<Citation>(t.citations);
    this.cites = by(citations, (x) => x.source_id);
    this.citedBy = by(citations, (x) => x.cited_source_id);
    const quotes = rows<Quote>(t.quotes);
    this.quotes = index(quotes, (q) => q.quote_id);
    this.quotesAbout = by(quotes, (q) => q.event_id);
    this.quotesBy = by(quotes, (q) => q.speaker_id);
    this.quotesIn = by(quotes, (q) => q.source_id);
    this.variants = by(rows<Variant>(t.variants), (v) => v.quote_id);
    this.events = index(rows<Record<string, Cell>>(t.events), (e) => e.event_id as string);
    this.actors = index(rows<Record<string, Cell>>(t.actors), (a) => a.actor_id as string);
    this.places = index(rows<Record<string, Cell>>(t.places), (p) => p.location_id as string);
    this.actorAliases = by(rows<Alias & { actor_id: string }>(t.actor_aliases), (a) => a.actor_id);
    this.placeAliases = by(rows<Alias & { location_id: string }>(t.location_aliases), (a) => a.location_id);
    this.relations = rows<Relation>(t.relations);
    this.disagreements = by(rows<Disagreement>(t.disagreements), (d) => d.event_id);
  }
}
