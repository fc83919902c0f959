/** The events that pass the filters, as a table of pages, sorted by any column, and as CSV. */

import { computed, signal } from "@preact/signals";
import { core, shown } from "./filter";
import { csv, download, span } from "./format";
import { href } from "./route";
import type { Event } from "./types";

const SIZE = 50;

interface Field {
  name: string;
  title: string;
  value: (e: Event) => string | number;
}

const FIELDS: Field[] = [
  { name: "when", title: "When", value: (e) => e.start_date + e.end_date },
  { name: "title", title: "Event", value: (e) => e.title },
  { name: "place", title: "Place", value: (e) => core.peek()!.placeName(e.location_id) },
  { name: "type", title: "Type", value: (e) => core.peek()!.title("event_subtype", e.event_subtype) },
  { name: "evidence", title: "Evidence", value: (e) => [...core.peek()!.codes.get("evidence")!.keys()].indexOf(e.evidence) },
  { name: "upstreams", title: "Upstreams", value: (e) => e.upstreams },
];

const order = signal({ field: "when", down: false });
const page = signal(0);

const sorted = computed(() => {
  const { field, down } = order.value;
  const { value } = FIELDS.find((f) => f.name === field)!;
  const keyed = shown.value.map((event) => ({ event, key: value(event) }));
  keyed.sort((a, b) => {
    const c = typeof a.key === "number" ? a.key - (b.key as number) : a.key.localeCompare(b.key as string);
    return (down ? -c : c) || a.event.event_id.localeCompare(b.event.event_id);
  });
  return keyed.map(({ event }) => event);
});

function save() {
  const c = core.peek()!;
  const header = [
    "event_id", "title", "start_date", "end_date", "date_precision", "event_type", "event_subtype", "unit",
    "location_id", "place", "evidence", "scope", "reports", "upstreams",
  ];
  const rows = sorted.peek().map((e) => [
    e.event_id, e.title, e.start_date, e.end_date, e.date_precision, e.event_type, e.event_subtype, e.unit,
    e.location_id, c.placeName(e.location_id), e.evidence, e.scope, e.reports, e.upstreams,
  ]);
  download(`${c.package.name}-${c.package.version}-events.csv`, csv(header, rows));
}

export function EventTable() {
  const c = core.value!;
  const events = sorted.value;
  const pages = Math.max(1, Math.ceil(events.length / SIZE));
  const at = Math.min(page.value, pages - 1);
  const sort = (name: string) => {
    const { field, down } = order.peek();
    order.value = { field: name, down: field === name ? !down : name === "upstreams" };
  };
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label="Table of events">
        <table class="events">
          <thead>
            <tr>
              {FIELDS.map(({ name, title }) => (
                <th
                  key={name} scope="col" class={name}
                  aria-sort={order.value.field === name ? (order.value.down ? "descending" : "ascending") : undefined}
                ><button type="button" onClick={() => sort(name)}>{title}</button></th>
              ))}
            </tr>
          </thead>
          <tbody>
            {events.slice(at * SIZE, (at + 1) * SIZE).map((e) => (
              <tr key={e.event_id}>
                <td class="when">{span(e)}</td>
                <td class="title"><a href={href("event", e.event_id)}>{e.title}</a></td>
                <td class="place">{e.location_id && <a href={href("place", e.location_id)}>{c.placeName(e.location_id)}</a>}</td>
                <td class="type"><span class={`mark type-${e.event_type}`} aria-hidden="true" />{c.title("event_subtype", e.event_subtype)}</td>
                <td class="evidence"><span class={`mark evidence-${e.evidence}`} aria-hidden="true" />{c.title("evidence", e.evidence)}</td>
                <td class="upstreams">{e.upstreams}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="pager">
        <button type="button" disabled={at === 0} onClick={() => { page.value = at - 1; }}>Previous</button>
        <span>Page {at + 1} of {pages}</span>
        <button type="button" disabled={at >= pages - 1} onClick={() => { page.value = at + 1; }}>Next</button>
        <button type="button" onClick={save} disabled={events.length === 0}>Download as CSV</button>
      </div>
    </>
  );
}
