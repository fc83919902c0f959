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

/** The parameters that are filters; text, so that other parameters of the address change nothing here. */
const asked = computed(() => {
  const { query } = route.value;
  return new URLSearchParams([...LISTS, "from", "to", "q"].map((name) => [name, query.get(name) ?? ""])).toString();
});

export const filter = computed<Filter>(() => {
  const query = new URLSearchParams(asked.value);
  const all = core.value?.days ?? [];
  const first = all[0] ?? "";
  const last = all.at(-1) ?? "";
  const day = (name: string, otherwise: Day) => {
    const value = query.get(name);
    return value && all.includes(value) ? value : otherwise;
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

/** Take every filter away but the days. */
export const clear = () => setFilter({ q: "", ...Object.fromEntries(LISTS.map((name) => [name, []])) });

export function toggle(name: ListFilter, value: string): void {
  const values = filter.peek()[name];
  setFilter({ [name]: values.includes(value) ? values.filter((v) => v !== value) : [...values, value] });
}

/** For each filter with a list of values: those that an event has, of which one must be chosen. */
function values(c: Core, e: Event): Record<ListFilter, (string | null)[]> {
  const roles = c.roles.get(e.event_id) ?? [];
  return {
    type: [e.event_type],
    evidence: [e.evidence],
    scope: [e.scope],
    gov: [e.governorate_id],
    actor: roles.map((r) => r.actor_id),
    camp: roles.map((r) => c.actors.get(r.actor_id)?.camp ?? "unknown"),
  };
}

const has = (f: Filter, name: ListFilter, own: (string | null)[]) => f[name].length === 0 || own.some((v) => v !== null && f[name].includes(v));

interface Looked {
  event: Event;
  own: Record<ListFilter, (string | null)[]>;
  text: string;
}

const looked = computed<Looked[]>(() => {
  const c = core.value;
  return c ? c.events.map((event, i) => ({ event, own: values(c, event), text: c.texts[i]! })) : [];
});

/** Events that have the words of the text search. */
const worded = computed(() => {
  const words = folded(filter.value.q).split(/\s+/).filter(Boolean);
  return words.length ? looked.value.filter(({ text }) => words.every((word) => text.includes(word))) : looked.value;
});

/** Background that lies before the first day is there if all days are. */
const dated = (f: Filter, e: Event, whole: boolean) => e.start_date <= f.to && (e.end_date >= f.from || whole);

/** The events that pass everything but the days: what the bars of the timeline count. */
export const undated = computed<Event[]>(() => {
  const f = filter.value;
  return worded.value.filter(({ own }) => LISTS.every((name) => has(f, name, own[name]))).map(({ event }) => event);
});

/** The events that pass every filter. */
export const shown = computed<Event[]>(() => {
  const f = filter.value;
  const whole = f.from === core.value?.days[0];
  return undated.value.filter((e) => dated(f, e, whole));
});

/** For each value of a filter: how many events there are if it alone is chosen there, and the other filters stay. */
export const counts = computed(() => {
  const f = filter.value;
  const whole = f.from === core.value?.days[0];
  const n = Object.fromEntries(LISTS.map((name) => [name, new Map<string, number>()])) as Record<ListFilter, Map<string, number>>;
  for (const { event, own } of worded.value) {
    if (!dated(f, event, whole)) continue;
    const failed = LISTS.filter((name) => !has(f, name, own[name]));
    if (failed.length > 1) continue;
    for (const name of failed.length ? failed : LISTS)
      for (const value of new Set(own[name])) if (value !== null) n[name].set(value, (n[name].get(value) ?? 0) + 1);
  }
  return n;
});
