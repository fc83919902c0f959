/** The events that pass the filters, as a table. */

import { type Column, DataTable } from "./datatable";
import { clear, core, filter, setFilter, shown, undated } from "./filter";
import { several, span } from "./format";
import { EventLink, Mark, PlaceLink } from "./parts";
import type { Event } from "./types";

/** What begins within the chosen days comes first; what began before them follows. */
function order(e: Event): string {
  return `${e.start_date < filter.peek().from ? "before" : ""} ${e.start_date} ${e.end_date}`;
}

function Type({ event }: { event: Event }) {
  return <><Mark list="type" code={event.event_type} />{core.peek()!.title("event_subtype", event.event_subtype)}</>;
}

const COLUMNS: Column<Event>[] = [
  { name: "when", title: "When", value: order, cell: (e) => span(e) },
  { name: "title", title: "Event", value: (e) => e.title, cell: (e) => <><EventLink id={e.event_id} /><small class="type"><Type event={e} /></small></> },
  {
    name: "place", title: "Place", value: (e) => (e.location_id ? core.peek()!.placeName(e.location_id) : null),
    cell: (e) => e.location_id && <PlaceLink id={e.location_id} />,
  },
  {
    name: "type", title: "Type", value: (e) => core.peek()!.title("event_subtype", e.event_subtype),
    cell: (e) => <Type event={e} />,
  },
  {
    name: "evidence", title: "Evidence", value: (e) => [...core.peek()!.codes.get("evidence")!.keys()].indexOf(e.evidence),
    cell: (e) => <><Mark list="evidence" code={e.evidence} />{core.peek()!.title("evidence", e.evidence)}</>,
  },
  { name: "upstreams", title: "Upstreams", value: (e) => e.upstreams, down: true, meaning: "Independent origins of the reports that support it" },
];

const FIELDS = {
  event_id: (e: Event) => e.event_id,
  title: (e: Event) => e.title,
  start_date: (e: Event) => e.start_date,
  end_date: (e: Event) => e.end_date,
  date_precision: (e: Event) => e.date_precision,
  event_type: (e: Event) => e.event_type,
  event_subtype: (e: Event) => e.event_subtype,
  unit: (e: Event) => e.unit,
  location_id: (e: Event) => e.location_id,
  place: (e: Event) => core.peek()!.placeName(e.location_id) || null,
  evidence: (e: Event) => e.evidence,
  scope: (e: Event) => e.scope,
  reports: (e: Event) => e.reports,
  upstreams: (e: Event) => e.upstreams,
};

/** A way out where nothing is left: other days, if these are why; else no filters. */
function None() {
  const others = undated.value.length;
  return others > 0
    ? <button type="button" onClick={() => setFilter({ from: "", to: "" })}>{several(others, "event")} on other days</button>
    : <button type="button" onClick={clear}>Clear the filters</button>;
}

export function EventTable() {
  return (
    <DataTable
      name="events" caption="Events that pass the filters" rows={shown.value} id={(e) => e.event_id}
      columns={COLUMNS} head="title" order="when" fields={FIELDS} none={<None />}
    />
  );
}
