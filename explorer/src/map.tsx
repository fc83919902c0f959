/** The map: events of the chosen days at their places, and who held each place on the last of these days. */

import { computed, effect, signal } from "@preact/signals";
import { geoMercator, geoPath, type GeoProjection } from "d3-geo";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomBehavior, type D3ZoomEvent } from "d3-zoom";
import { useEffect, useRef } from "preact/hooks";
import { fetchJson } from "./data";
import { core, filter, shown } from "./filter";
import { longDay, span } from "./format";
import { href } from "./route";
import type { Event, Place } from "./types";

const WIDTH = 900;
const HEIGHT = 660;
const MOST = 12; // events listed for a place before "and more"

interface Basemap {
  countries: GeoJSON.Feature[];
  governorates: GeoJSON.Feature[];
}

const basemap = signal<Basemap | null>(null);
const problem = signal<string | null>(null);
const zoomed = signal(1);
const selected = signal<string | null>(null);
const colour = signal<"type" | "evidence">("type");
const layer = signal({ events: true, control: true });
const names = signal<"en" | "ar" | "both">("en");

const projection = computed<GeoProjection | null>(() => {
  const map = basemap.value;
  if (!map) return null;
  return geoMercator().fitExtent([[24, 24], [WIDTH - 24, HEIGHT - 24]], { type: "FeatureCollection", features: map.governorates });
});

export interface Marker {
  place: Place;
  x: number;
  y: number;
  events: Event[];
  /** Whether some of the events are known less exactly than this place and stand at the one that contains it. */
  rough: boolean;
}

/** The nearest place with a point: itself, or one that contains it below the country. */
function anchor(id: string | null): Place | null {
  const c = core.peek()!;
  const seen = new Set<string>();
  for (let at = id; at && !seen.has(at); at = c.places.get(at)?.parent_id ?? null) {
    seen.add(at);
    const place = c.places.get(at);
    if (place && place.lat !== null && place.lon !== null && place.kind !== "country") return place;
  }
  return null;
}

const markers = computed<Marker[]>(() => {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const at = new Map<string, Marker>();
  for (const e of shown.value) {
    const place = anchor(e.location_id);
    if (!place) continue;
    let marker = at.get(place.location_id);
    if (!marker) {
      const point = project([place.lon!, place.lat!]);
      if (!point) continue;
      marker = { place, x: point[0], y: point[1], events: [], rough: false };
      at.set(place.location_id, marker);
    }
    marker.events.push(e);
    if (place.location_id !== e.location_id) marker.rough = true;
  }
  // Large ones first, so that small ones lie above them and can be reached.
  return [...at.values()].sort((a, b) => b.events.length - a.events.length || a.place.location_id.localeCompare(b.place.location_id));
});

/** Events of the chosen days that no point of the map stands for. */
const elsewhere = computed(() => shown.value.length - markers.value.reduce((n, m) => n + m.events.length, 0));

const held = computed(() => {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const day = filter.value.to;
  return [...c.control.keys()].flatMap((id) => {
    const place = c.places.get(id);
    const control = c.controlOn(id, day);
    if (!place || place.lat === null || place.lon === null || !control) return [];
    const point = project([place.lon, place.lat]);
    if (!point) return [];
    const camps = [...new Set(control.controller_ids.map((a) => c.actors.get(a)?.camp ?? "unknown"))];
    return [{ place, x: point[0], y: point[1], control, camps, sure: control.sure }];
  });
});

function most(events: Event[], key: (e: Event) => string): string {
  const n = new Map<string, number>();
  for (const e of events) n.set(key(e), (n.get(key(e)) ?? 0) + 1);
  return [...n].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]![0];
}

const radius = (n: number) => 3 + 2.2 * Math.sqrt(n);

/** Labels that do not cover each other at this zoom: places with more events first. */
const labels = computed(() => {
  const k = zoomed.value;
  const boxes: [number, number, number, number][] = [];
  const chosen: { marker: Pick<Marker, "place" | "x" | "y">; r: number }[] = [];
  const listed = layer.value.events ? markers.value : [];
  const seen = new Set(listed.map((m) => m.place.location_id));
  const rest = layer.value.control ? held.value.filter((h) => !seen.has(h.place.location_id)) : [];
  for (const m of [...listed, ...rest]) {
    if (m.place.kind === "governorate" || m.place.kind === "district") continue;
    const r = "events" in m ? radius(m.events.length) : 4;
    const width = (names.value === "both" ? 13 : 7) * m.place.name.length;
    const box: [number, number, number, number] = [m.x * k + r, m.y * k - 8, m.x * k + r + width, m.y * k + 8];
    if (boxes.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
    boxes.push(box);
    chosen.push({ marker: m, r });
  }
  return chosen;
});

function label(place: Place) {
  if (names.value === "ar" && place.name_ar) return <tspan lang="ar" direction="rtl">{place.name_ar}</tspan>;
  if (names.value === "both" && place.name_ar) return <>{place.name} · <tspan lang="ar">{place.name_ar}</tspan></>;
  return place.name;
}

function Base() {
  const map = basemap.value;
  const project = projection.value;
  if (!map || !project) return null;
  const path = geoPath(project);
  return (
    <g class="base" aria-hidden="true">
      {map.countries.map((f) => <path key={f.properties!.name} class={f.properties!.name === "Syria" ? "country home" : "country"} d={path(f) ?? ""} />)}
      {map.governorates.map((f) => <path key={f.properties!.name} class="governorate" d={path(f) ?? ""} />)}
    </g>
  );
}

function Panel() {
  const c = core.value!;
  const id = selected.value;
  if (!id) return null;
  const place = c.places.get(id)!;
  const events = markers.value.find((m) => m.place.location_id === id)?.events ?? [];
  const control = c.controlOn(id, filter.value.to);
  return (
    <aside class="here" aria-label={`At ${place.name}`}>
      <button type="button" class="close" aria-label="Close" onClick={() => { selected.value = null; }}>×</button>
      <h2><a href={href("place", id)}>{place.name}</a>{place.name_ar && <bdi lang="ar"> {place.name_ar}</bdi>}</h2>
      {control && (
        <p>
          {longDay(filter.value.to)}: {control.controller_ids.map((a, i) => (
            <span key={a}>{i > 0 && ", "}<a href={href("actor", a)}>{c.actorName(a)}</a>{!control.sure && " (possibly)"}</span>
          ))}
        </p>
      )}
      <ul>
        {events.slice(0, MOST).map((e) => (
          <li key={e.event_id}><span class={`mark type-${e.event_type}`} aria-hidden="true" />{span(e)} <a href={href("event", e.event_id)}>{e.title}</a></li>
        ))}
      </ul>
      {events.length > MOST && <p><a href={href("place", id)}>and {events.length - MOST} more</a></p>}
      {events.length === 0 && <p>No event of the chosen days.</p>}
    </aside>
  );
}

function Legend() {
  const c = core.value!;
  const camps = [...new Set(held.value.flatMap((h) => h.camps))];
  return (
    <details class="legend">
      <summary>Key</summary>
      <p>Circles are events; the larger, the more. A broken outline holds events known only for the area.</p>
      <ul>
        {[...(c.codes.get(colour.value === "type" ? "event_type" : "evidence")?.values() ?? [])].map((code) => (
          <li key={code.code}><span class={`mark ${colour.value}-${code.code}`} aria-hidden="true" />{code.title}</li>
        ))}
      </ul>
      <p>Squares tell who held a place in the evening of {longDay(filter.value.to)}; half a square, who may have.</p>
      <ul>{camps.map((camp) => <li key={camp}><span class={`mark camp-${camp}`} aria-hidden="true" />{c.title("camp", camp)}</li>)}</ul>
    </details>
  );
}

export function MapView() {
  const c = core.value!;
  const svg = useRef<SVGSVGElement>(null);
  const scene = useRef<SVGGElement>(null);
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);

  useEffect(() => {
    fetchJson<Basemap>("basemap.json").then(
      (map) => { basemap.value = map; },
      (error: Error) => { problem.value = error.message; },
    );
    const z = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.7, 40])
      .translateExtent([[-WIDTH, -HEIGHT], [2 * WIDTH, 2 * HEIGHT]])
      .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
        scene.current!.setAttribute("transform", event.transform.toString());
        scene.current!.style.setProperty("--inverse", String(1 / event.transform.k));
      })
      .on("end", (event: D3ZoomEvent<SVGSVGElement, unknown>) => { zoomed.value = event.transform.k; });
    behaviour.current = z;
    const target = select(svg.current!);
    target.call(z).on("dblclick.zoom", null);
    return () => { target.on(".zoom", null); };
  }, []);
  // What is selected may leave the map with the filters.
  useEffect(() => effect(() => {
    const id = selected.value;
    if (id && !c.places.has(id)) selected.value = null;
  }), [c]);

  const by = (factor: number) => behaviour.current!.scaleBy(select(svg.current!), factor);
  const move = (event: KeyboardEvent, from: { x: number; y: number }) => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!direction) return;
    event.preventDefault();
    const [dx, dy] = direction as [number, number];
    let best: [number, string] | null = null;
    for (const m of markers.peek()) {
      const along = (m.x - from.x) * dx + (m.y - from.y) * dy;
      const across = Math.abs((m.x - from.x) * dy + (m.y - from.y) * dx);
      if (along > 0.01 && (!best || along + 2 * across < best[0])) best = [along + 2 * across, m.place.location_id];
    }
    if (best) svg.current!.querySelector<SVGGElement>(`[data-place="${CSS.escape(best[1])}"]`)?.focus();
  };

  return (
    <div class="map">
      <div class="controls">
        <label><input type="checkbox" checked={layer.value.events} onChange={(e) => { layer.value = { ...layer.peek(), events: e.currentTarget.checked }; }} /> Events</label>
        <label><input type="checkbox" checked={layer.value.control} onChange={(e) => { layer.value = { ...layer.peek(), control: e.currentTarget.checked }; }} /> Control</label>
        <label>Colour <select value={colour.value} onChange={(e) => { colour.value = e.currentTarget.value as "type"; }}>
          <option value="type">by type</option><option value="evidence">by evidence</option>
        </select></label>
        <label>Names <select value={names.value} onChange={(e) => { names.value = e.currentTarget.value as "en"; }}>
          <option value="en">English</option><option value="ar">العربية</option><option value="both">both</option>
        </select></label>
        <span class="zoom">
          <button type="button" aria-label="Zoom in" onClick={() => by(1.6)}>+</button>
          <button type="button" aria-label="Zoom out" onClick={() => by(1 / 1.6)}>−</button>
          <button type="button" aria-label="Whole country" onClick={() => behaviour.current!.transform(select(svg.current!), zoomIdentity)}>⤢</button>
        </span>
      </div>
      {problem.value && <p role="alert">The outlines could not be loaded. {problem.value}</p>}
      <svg
        ref={svg} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class="sheet" role="group"
        aria-label={`Map of Syria: ${shown.value.length} events, ${elsewhere.value} of them without a point. The table of events holds the same.`}
      >
        <g ref={scene}>
          <Base />
          {layer.value.control && (
            <g class="control">
              {held.value.map((h) => (
                <g key={h.place.location_id} transform={`translate(${h.x} ${h.y})`} data-held={h.place.location_id} data-camps={h.camps.join(" ")}>
                  <g class="fixed">
                    {h.camps.length > 1
                      ? h.camps.slice(0, 2).map((camp, i) => <rect key={camp} class={`camp-${camp} ${h.sure ? "" : "unsure"}`} x={i ? 0 : -5} y={-5} width={5} height={10} />)
                      : <rect class={`camp-${h.camps[0]} ${h.sure ? "" : "unsure"}`} x={-5} y={-5} width={10} height={10} />}
                  </g>
                </g>
              ))}
            </g>
          )}
          {layer.value.events && (
            <g class="events">
              {markers.value.map((m, i) => (
                <g
                  key={m.place.location_id} transform={`translate(${m.x} ${m.y})`} data-place={m.place.location_id}
                  role="button" tabIndex={m.place.location_id === selected.value || (!selected.value && i === 0) ? 0 : -1}
                  aria-label={`${m.place.name}: ${m.events.length} ${m.events.length === 1 ? "event" : "events"}`}
                  aria-pressed={m.place.location_id === selected.value}
                  onClick={() => { selected.value = m.place.location_id; }}
                  onKeyDown={(e) => {
                    if (e.key === "Enter" || e.key === " ") { e.preventDefault(); selected.value = m.place.location_id; } else move(e, m);
                  }}
                >
                  <circle
                    class={`fixed ${colour.value}-${most(m.events, (e) => (colour.value === "type" ? e.event_type : e.evidence))} ${m.rough ? "rough" : ""}`}
                    r={radius(m.events.length)}
                  />
                </g>
              ))}
            </g>
          )}
          <g class="labels" aria-hidden="true">
            {labels.value.map(({ marker, r }) => (
              <g key={marker.place.location_id} transform={`translate(${marker.x} ${marker.y})`}>
                <text class="fixed" x={r + 2} y={4}>{label(marker.place)}</text>
              </g>
            ))}
          </g>
        </g>
      </svg>
      <Legend />
      <Panel />
      {elsewhere.value > 0 && <p class="elsewhere">{elsewhere.value.toLocaleString("en")} events have no point on the map: they happened in a country, a region or at no one place. The table holds them.</p>}
    </div>
  );
}
