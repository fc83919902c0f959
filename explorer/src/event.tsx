/** The page of an event. */

import { by, type Detail } from "./data";
import { WithDetail } from "./detail";
import { EventList } from "./eventlist";
import { core } from "./filter";
import { longDay, number, several, span } from "./format";
import { ActorLink, coded, type Fact, Facts, Head, Joined, Mark, Missing, OnMap, PlaceLink, Section, SourceName, useTitle } from "./parts";
import { QuoteList } from "./quotation";
import { type Key, Record as RowRecord } from "./record";
import { CountValue, Stances } from "./reports";
import { href } from "./route";
import type { Cell, Disagreement, Event } from "./types";

const NEAR = 10; // events of the same place before "all"

/** The places in which a place lies, from the smallest. */
export function chain(id: string): string[] {
  const places = core.peek()!.places;
  const seen: string[] = [];
  for (let at: string | null = id; at && !seen.includes(at); at = places.get(at)?.parent_id ?? null) seen.push(at);
  return seen;
}

function deaths(row: Record<string, Cell> | undefined): string | null {
  if (!row) return null;
  const { killed_low: low, killed_best: best, killed_high: high, killed_words: words } = row;
  const range = low === null && high === null ? "" : low === high ? `${low}` : `${low ?? "?"} to ${high ?? "?"}`;
  const told = [range, best !== null && low !== high ? `best estimate ${best}` : "", words ? `“${words}”` : ""].filter(Boolean);
  return told.length ? told.join(", ") : null;
}

function EventFacts({ event, row }: { event: Event; row: Record<string, Cell> | undefined }) {
  const c = core.value!;
  const precision = c.codes.get("date_precision")?.get(String(event.date_precision));
  const near = event.location_precision === null ? undefined : c.codes.get("location_precision")?.get(String(event.location_precision));
  const grade = c.codes.get("evidence")?.get(event.evidence);
  const day = event.start_date === event.end_date;
  const facts: Fact[] = [
    [day ? "Day" : event.unit === "state" ? "Described for" : "Within", span(event, true), precision && `${precision.title}. ${precision.description}`],
    event.location_id !== null && [
      "Place",
      <><Joined items={chain(event.location_id).map((id) => <PlaceLink id={id} />)} /> <OnMap place={event.location_id} /></>,
      near && `${near.title}. ${near.description}`,
    ],
    [
      "Evidence",
      <><Mark list="evidence" code={event.evidence} />{grade?.title ?? event.evidence}</>,
      `${grade?.description ?? ""} Here: ${several(event.reports, "report")}; ${several(event.upstreams, "independent upstream")} in support.`,
    ],
    ["Killed", deaths(row)],
    row?.unopposed !== null && row?.unopposed !== undefined && ["Fight", row.unopposed ? "None, as a source says" : "Yes, as a source says"],
    coded("Scope", "scope", event.scope),
    ["Note", row?.note && <bdi>{String(row.note)}</bdi>],
  ];
  return <Facts facts={facts} />;
}

function Actors({ event }: { event: Event }) {
  const c = core.value!;
  const roles = by(c.roles.get(event.event_id) ?? [], (r) => r.role);
  if (roles.size === 0) return null;
  const order = [...(c.codes.get("role")?.keys() ?? [])].filter((role) => roles.has(role));
  return (
    <Section title="Who took part">
      <dl class="roles">
        {order.map((role) => (
          <div key={role}>
            <dt>{c.title("role", role)}<small>{c.codes.get("role")?.get(role)?.description}</small></dt>
            {roles.get(role)!.map(({ actor_id }) => {
              const camp = c.actors.get(actor_id)?.camp ?? "unknown";
              return (
                <dd key={actor_id}>
                  <Mark list="camp" code={camp} /><ActorLink id={actor_id} arabic /> <span class="quiet">{c.title("camp", camp)}</span>
                </dd>
              );
            })}
          </div>
        ))}
      </dl>
    </Section>
  );
}

const MATTERS: Record<string, string> = {
  date: "The day", controller: "Who holds the place afterwards", count: "The number", stance: "Whether it is so",
};

function Differences({ list }: { list: Disagreement[] }) {
  const c = core.value!;
  const shown = (kind: string, version: string) => {
    if (kind === "date") return longDay(version);
    if (kind === "controller") return <ActorLink id={version} />;
    return kind === "stance" ? c.title("stance", version) : version.replace(/\d{4,}/g, (digits) => number(Number(digits)));
  };
  return (
    <Section title="Where the reports differ">
      {list.map((d) => (
        <div class="wide" key={`${d.kind} ${d.measure}`}>
          <table class="versions">
            <caption>{MATTERS[d.kind] ?? d.kind}{d.measure && `: ${c.title("measure", d.measure)}`}</caption>
            <tbody>
              {d.versions.map((version, i) => {
                const who = (d.made_by[i] ?? "").split("; ");
                return (
                  <tr key={version}>
                    <th scope="row">{shown(d.kind, version)}</th>
                    <td class="n">{number(who.length)}</td>
                    <td><bdi>{who.join(" · ")}</bdi></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      ))}
    </Section>
  );
}

function Numbers({ event, detail }: { event: Event; detail: Detail }) {
  const c = core.value!;
  const counted = (detail.reportsOf.get(event.event_id) ?? []).flatMap((report) =>
    (detail.counts.get(report.report_id) ?? []).map((count) => ({ report, count })));
  if (counted.length === 0) return null;
  counted.sort((a, b) => a.count.measure.localeCompare(b.count.measure) || (a.count.low ?? Infinity) - (b.count.low ?? Infinity));
  return (
    <Section title="Numbers" count={counted.length}>
      <p class="quiet">As they were claimed. They are not to be added up: several reports may repeat one count.</p>
      <div class="wide">
        <table class="data list">
          <caption class="unseen">Numbers that reports give</caption>
          <Head columns={["What", "Number", "Whose word", "From", "Source"]} />
          <tbody>
            {counted.map(({ report, count }) => {
              const source = detail.sources.get(report.source_id);
              return (
                <tr key={`${report.report_id} ${count.measure}`}>
                  <th scope="row">{c.title("measure", count.measure)}</th>
                  <td data-title="Number"><CountValue count={count} /></td>
                  <td data-title="Whose word">{report.claimant_id ? <ActorLink id={report.claimant_id} /> : <span class="quiet">the source</span>}</td>
                  <td data-title="From">{report.upstream_id && <ActorLink id={report.upstream_id} />}</td>
                  <td data-title="Source"><SourceName id={report.source_id} source={source} /></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** Days between two events; nought where they meet. */
function apart(a: Event, b: Event): number {
  const gap = a.start_date > b.end_date ? Date.parse(a.start_date) - Date.parse(b.end_date) : Date.parse(b.start_date) - Date.parse(a.end_date);
  return Math.max(0, gap / 86_400_000);
}

function Others({ event }: { event: Event }) {
  const c = core.value!;
  const at = (event.location_id ? c.eventsAt.get(event.location_id) ?? [] : []).filter((e) => e !== event);
  const near = at.toSorted((a, b) => apart(a, event) - apart(b, event)).slice(0, NEAR).sort((a, b) => a.start_date.localeCompare(b.start_date));
  const oneDay = event.start_date === event.end_date && c.days.includes(event.start_date);
  const that = oneDay
    ? c.events.filter((e) => e.start_date === event.start_date && e.end_date === event.end_date && e !== event && e.location_id !== event.location_id)
    : [];
  return (
    <>
      {near.length > 0 && (
        <Section title={`At ${c.placeName(event.location_id)}, nearest in time`} count={at.length}>
          <EventList events={near} caption="Events at the same place" place={false} />
          {at.length > near.length && <p><a href={href("place", event.location_id!)}>All {number(at.length + 1)} at this place</a></p>}
        </Section>
      )}
      {that.length > 0 && (
        <Section title={`Elsewhere on ${longDay(event.start_date)}`} count={that.length}>
          <EventList events={that} caption="Events of the same day" first={8} />
          <p><a href={href("map", "", { from: event.start_date, to: event.start_date })}>That day on the map</a></p>
        </Section>
      )}
    </>
  );
}

function Later({ event, detail }: { event: Event; detail: Detail }) {
  const reports = detail.reportsOf.get(event.event_id) ?? [];
  const quotes = detail.quotesAbout.get(event.event_id) ?? [];
  const differ = detail.disagreements.get(event.event_id) ?? [];
  const keys: Key[] = [
    ["event_actors", `${event.event_id}|*`],
    ...reports.flatMap((r): Key[] => [["reports", r.report_id], ["report_counts", `${r.report_id}|*`]]),
    ...quotes.map((q): Key => ["quotes", q.quote_id]),
  ];
  return (
    <>
      {differ.length > 0 && <Differences list={differ} />}
      <Section title="Reports" count={reports.length}>
        <Stances reports={reports} detail={detail} />
      </Section>
      <Numbers event={event} detail={detail} />
      {quotes.length > 0 && <Section title="Quotations" count={quotes.length}><QuoteList quotes={quotes} detail={detail} about={false} /></Section>}
      <Others event={event} />
      <RowRecord table="events" id={event.event_id} title={event.title} keys={keys} />
    </>
  );
}

function Shown({ event }: { event: Event }) {
  const c = core.value!;
  useTitle(event.title);
  return (
    <article class="entity">
      <header>
        <p class="kicker">
          <Mark list="type" code={event.event_type} />
          {[c.title("event_type", event.event_type), c.title("event_subtype", event.event_subtype), c.title("unit", event.unit)].join(" · ")}
          {event.planned && " · planned or expected, not recorded as done"}
        </p>
        <h1><bdi>{event.title}</bdi></h1>
        <p class="lead"><bdi>{event.summary}</bdi></p>
      </header>
      <aside aria-label="In short"><WithDetail>{(detail) => <EventFacts event={event} row={detail.events.get(event.event_id)} />}</WithDetail></aside>
      <div class="body">
        <Actors event={event} />
        <WithDetail>{(detail) => <Later event={event} detail={detail} />}</WithDetail>
      </div>
    </article>
  );
}

export function EventPage({ id }: { id: string }) {
  const event = core.value!.event.get(id);
  return event ? <Shown key={id} event={event} /> : <Missing what="event" id={id} />;
}
