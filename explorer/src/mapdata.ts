/** What the map shows: events at points, who held each place, and labels that leave each other room. */

import { computed, signal } from "@preact/signals";
import { geoMercator, type GeoProjection } from "d3-geo";
import { core, filter, shown } from "./filter";
import { route } from "./route";
import type { Control, Event, Place } from "./types";

export interface Basemap {
  land: GeoJSON.MultiPolygon;
  borders: GeoJSON.MultiLineString;
  home: GeoJSON.MultiPolygon;
  governorates: GeoJSON.MultiLineString;
  neighbours: Record<string, [number, number]>;
}

export const basemap = signal<Basemap | null>(null);
/** Width and height of the map in CSS pixels. */
export const size = signal<[number, number]>([900, 660]);
/** How far the map is zoomed in. */
export const zoomed = signal(1);

const param = <T extends string>(name: string, allowed: readonly T[], otherwise: T) =>
  computed(() => allowed.find((value) => value === route.value.query.get(name)) ?? otherwise);

export const colour = param("colour", ["type", "evidence"], "type");
export const names = param("names", ["en", "ar", "both"], "en");
export const layers = computed(() => {
  const hidden = (route.value.query.get("hide") ?? "").split(",");
  return { events: !hidden.includes("events"), control: !hidden.includes("control") };
});
/** The place that is looked at. */
export const selected = computed(() => {
  const id = route.value.query.get("at");
  return id !== null && core.value?.places.has(id) ? id : null;
});

export const projection = computed<GeoProjection | null>(() => {
  const map = basemap.value;
  if (!map) return null;
  const [width, height] = size.value;
  const edge = Math.min(width, height) * 0.04;
  return geoMercator().fitExtent([[edge, edge], [width - edge, height - edge]], map.home);
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
  const { places } = core.peek()!;
  const seen = new Set<string>();
  for (let at = id; at && !seen.has(at); at = places.get(at)?.parent_id ?? null) {
    seen.add(at);
    const place = places.get(at);
    if (place && place.lat !== null && place.lon !== null && place.kind !== "country") return place;
  }
  return null;
}

/** Kinds of places whose point stands for an area, which no event happened at. */
export const AREAS = new Set(["governorate", "district", "subdistrict", "region"]);

export const markers = computed<Marker[]>(() => {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const at = new Map<string, Marker>();
  for (const e of shown.value) {
    const place = anchor(e.location_id);
    if (!place) continue;
    let marker = at.get(place.location_id);
    if (!marker) {
      const [x, y] = project([place.lon!, place.lat!])!;
      marker = { place, x, y, events: [], rough: AREAS.has(place.kind) };
      at.set(place.location_id, marker);
    }
    marker.events.push(e);
    if (place.location_id !== e.location_id) marker.rough = true;
  }
  // Large ones first, so that small ones lie above them and can be reached.
  return [...at.values()].sort((a, b) => b.events.length - a.events.length || (a.place.location_id < b.place.location_id ? -1 : 1));
});

/** Events of the chosen days that no point of the map stands for. */
export const elsewhere = computed(() => shown.value.length - markers.value.reduce((n, m) => n + m.events.length, 0));

export interface Held {
  place: Place;
  x: number;
  y: number;
  control: Control;
  camps: string[];
}

export const held = computed<Held[]>(() => {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const day = filter.value.to;
  return [...c.control.keys()].flatMap((id) => {
    const place = c.places.get(id);
    const control = c.controlOn(id, day);
    if (!place || place.lat === null || place.lon === null || place.kind === "country" || !control) return [];
    const [x, y] = project([place.lon, place.lat])!;
    const camps = [...new Set(control.controller_ids.map((a) => c.actors.get(a)?.camp ?? "unknown"))];
    return [{ place, x, y, control, camps }];
  });
});

export const radius = (n: number) => 2.4 + 2 * Math.sqrt(n);

/** Side of the square of control: a frame around the circle of the events there. */
export function side(place: string): number {
  const marker = layers.value.events ? markerAt.value.get(place) : undefined;
  return marker ? Math.max(10, 2 * radius(marker.events.length) + 3) : 9;
}

const markerAt = computed(() => new Map(markers.value.map((m) => [m.place.location_id, m])));

export interface Label {
  key: string;
  kind: "place" | "area" | "country";
  x: number;
  y: number;
  /** Offset from the point, in pixels. */
  dx: number;
  dy: number;
  anchor: "start" | "end" | "middle";
  english: string | null;
  arabic: string | null;
}

const pen = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

function width(text: string): number {
  let n = widths.get(text);
  if (n === undefined) {
    if (pen) pen.font = '12px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif';
    n = pen ? pen.measureText(text).width : 7 * text.length;
    widths.set(text, n);
  }
  return n;
}

type Box = [left: number, top: number, right: number, bottom: number];
const overlap = (a: Box, b: Box) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function words(name: string, arabic: string | null): Pick<Label, "english" | "arabic"> {
  if (names.value === "ar" && arabic) return { english: null, arabic };
  return { english: name, arabic: names.value === "both" ? arabic : null };
}

/** Labels that cover neither each other nor large circles at this zoom; places with more events first. */
export const labels = computed<Label[]>(() => {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const k = zoomed.value;
  const listed = layers.value.events ? markers.value : [];
  const seen = new Set(listed.map((m) => m.place.location_id));
  const rest = layers.value.control ? held.value.filter((h) => !seen.has(h.place.location_id)) : [];
  const circles = listed.map((m): Box => {
    const r = radius(m.events.length);
    return [m.x * k - r, m.y * k - r, m.x * k + r, m.y * k + r];
  });
  const taken: Box[] = [];
  const chosen: Label[] = [];
  const put = (key: string, kind: Label["kind"], x: number, y: number, r: number, text: Pick<Label, "english" | "arabic">) => {
    const w = width([text.english, text.arabic].filter(Boolean).join(" ")) * (kind === "place" ? 1 : 1.15);
    const [px, py] = [x * k, y * k];
    const tries: [Label["anchor"], number, number, Box][] = kind === "place"
      ? [
          ["start", r + 3, 4, [px + r + 3, py - 7, px + r + 3 + w, py + 7]],
          ["end", -r - 3, 4, [px - r - 3 - w, py - 7, px - r - 3, py + 7]],
          ["middle", 0, -r - 4, [px - w / 2, py - r - 16, px + w / 2, py - r - 2]],
          ["middle", 0, r + 12, [px - w / 2, py + r + 2, px + w / 2, py + r + 16]],
        ]
      : [["middle", 0, 4, [px - w / 2, py - 8, px + w / 2, py + 8]]];
    const free = tries.filter(([, , , box]) => !taken.some((b) => overlap(b, box)));
    const covered = (box: Box) => circles.filter((b) => overlap(b, box)).reduce((sum, b) => sum + (b[2] - b[0]), 0);
    const best = free.map((t) => ({ t, cost: covered(t[3]) })).sort((a, b) => a.cost - b.cost)[0];
    if (!best || best.cost > (kind === "place" ? 40 : 12)) return;
    const [anchor, dx, dy, box] = best.t;
    taken.push(box);
    chosen.push({ key, kind, x, y, dx, dy, anchor, ...text });
  };
  for (const m of [...listed, ...rest]) {
    if (AREAS.has(m.place.kind)) continue;
    put(m.place.location_id, "place", m.x, m.y, "events" in m ? radius(m.events.length) : 5, words(m.place.name, m.place.name_ar));
  }
  for (const p of c.places.values()) {
    if (p.kind !== "governorate" || p.lat === null || p.lon === null) continue;
    const [x, y] = project([p.lon, p.lat])!;
    put(p.location_id, "area", x, y, 0, words(p.name.replace(/ Governorate$/, ""), p.name_ar));
  }
  const countries = [...c.places.values()].filter((p) => p.kind === "country");
  for (const [name, at] of Object.entries(basemap.value!.neighbours)) {
    const [x, y] = project(at)!;
    const place = countries.find((p) => p.name === name);
    put(name, "country", x, y, 0, words(place?.name ?? name, place?.name_ar ?? null));
  }
  return chosen;
});

export function most(events: Event[], key: (e: Event) => string): string {
  const n = new Map<string, number>();
  for (const e of events) n.set(key(e), (n.get(key(e)) ?? 0) + 1);
  return [...n].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]![0];
}
