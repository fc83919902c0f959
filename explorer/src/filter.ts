/** Which events are shown: filters from the address, and the events that pass them. */

import { computed, signal } from "@preact/signals";
import { type Core, folded } from "./data";
import { route, setQuery } from "./route";
import type { Day, Event } from "./types";

/** Filters with a list of values; an event passes one if it has any of them. */
export const LISTS = ["type", "evidence", "camp", "gov", "actor", "scope"] as const;
export type ListFilter = (typeof LISTS)[number];

export interface Filter extends Record<ListFilter, string[]> {
  from: Day;
  to: Day;
  q: string;
}

export const core = signal<Core | null>(null);

export const filter = computed<Filter>(() => {
  const query = route.value.query;
  const all = core.value?.days ?? [];
  const first = all[0] ?? "";
  const last = all.at(-1) ?? "";
  const day = (name: string, otherwise: Day) => {
    const value = query.get(name);
    return value !== null && all.includes(value) ? value : otherwise;
  };
  const from = day("from", first);
  const to = day("to", last);
  const list = (name: string) => (query.get(name) ?? "").split(",").filter(Boolean);
  return {
    from: from <= to ? from : to,
    to: from <= to ? to : from,
    q: query.get("q") ?? "",
    type: list("type"), evidence: list("evidence"), camp: list("camp"),
    gov: list("gov"), actor: list("actor"), scope: list("scope"),
  };
});

/** Set some filters; an empty value takes a filter away. */
export function setFilter(changes: Partial<Record<keyof Filter, string | string[]>>): void {
  const texts = Object.entries(changes).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]);
  setQuery({ ...Object.fromEntries(texts), page: "" });
}

export function toggle(name: ListFilter, value: string): void {
  const values = filter.peek()[name];
  setFilter({ [name]: values.includes(value) ? values.filter((v) => v !== value) : [...values, value] });
}

/** Whether an event passes everything but the days: what the bars of the timeline count. */
function passes(c: Core, f: Filter, words: string[], e: Event, i: number): boolean {
  if (f.type.length && !f.type.includes(e.event_type)) return false;
  if (f.evidence.length && !f.evidence.includes(e.evidence)) return false;
  if (f.scope.length && !f.scope.includes(e.scope)) return false;
  if (f.gov.length && !(e.governorate_id && f.gov.includes(e.governorate_id))) return false;
  if (f.actor.length || f.camp.length) {
    const roles = c.roles.get(e.event_id) ?? [];
    if (f.actor.length && !roles.some((r) => f.actor.includes(r.actor_id))) return false;
    if (f.camp.length && !roles.some((r) => f.camp.includes(c.actors.get(r.actor_id)?.camp ?? "")))
      return false;
  }
  const text = c.texts[i] ?? "";
  return words.every((word) => text.includes(word));
}

export const undated = computed<Event[]>(() => {
  const c = core.value;
  if (!c) return [];
  const f = filter.value;
  const words = folded(f.q).split(/\s+/).filter(Boolean);
  return c.events.filter((e, i) => passes(c, f, words, e, i));
});

/** The events of the chosen days. Background that lies before the first day is there if all days are. */
export const shown = computed<Event[]>(() => {
  const c = core.value;
  if (!c) return [];
  const { from, to } = filter.value;
  const whole = from === c.days[0];
  return undated.value.filter((e) => e.start_date <= to && (e.end_date >= from || whole));
});
