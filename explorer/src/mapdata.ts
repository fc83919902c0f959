/** What the map shows: events at points, who held each place, and labels that leave each other room. */

import { computed, signal } from "@preact/signals";
import { geoMercator, type GeoProjection } from "d3-geo";
import { by } from "./data";
import { core, filter, shown } from "./filter";
import { country } from "./format";
import { route } from "./route";
import type { Control, Event, Place } from "./types";

export interface Basemap {
  land: GeoJSON.MultiPolygon;
  borders: GeoJSON.MultiLineString;
  home: GeoJSON.MultiPolygon;
  governorates: GeoJSON.MultiLineString;
  neighbours: [name: string, code: string, at: [number, number]][];
}

export const basemap = signal<Basemap | null>(null);
/** Width and height of the map in CSS pixels. */
export const size = signal<[number, number]>([900, 660]);
/** How the map is moved and zoomed. */
export const view = signal({ k: 1, x: 0, y: 0 });

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
  const edge = Math.min(width, height) * 0.05;
  // The west is full of places: their labels need room.
  return geoMercator().fitExtent([[edge + Math.min(90, width * 0.1), edge], [width - edge, height - edge]], map.home);
});

/** A place on the map: the events at it, and who held it on the last of the chosen days. */
export interface Spot {
  place: Place;
  x: number;
  y: number;
  events: Event[];
  /** Whether most of the events are known less exactly than this place and stand at the one that contains it. */
  rough: boolean;
  control: Control | null;
  camps: string[];
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

/** Events at the place that stands for them. */
const placed = computed(() => by(shown.value, (e) => anchor(e.location_id)?.location_id ?? null));

/** Events of the chosen days that no point of the map stands for. */
export const elsewhere = computed(() => [...placed.value.values()].reduce((n, list) => n - list.length, shown.value.length));

const same = (a: Spot, b: Spot) =>
  a.x === b.x && a.y === b.y && a.control === b.control && a.rough === b.rough &&
  a.events.length === b.events.length && a.events.every((e, i) => e === b.events[i]);

let before = new Map<string, Spot>();

/** Spots that are as they were stay the same objects, so that they need not be drawn anew. */
export const spots = computed<Spot[]>(() => {
  const list = found().map((spot) => {
    const old = before.get(spot.place.location_id);
    return old && same(old, spot) ? old : spot;
  });
  before = new Map(list.map((spot) => [spot.place.location_id, spot]));
  return list;
});

function found(): Spot[] {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const day = filter.value.to;
  const { events, control } = layers.value;
  const ids = new Set([...(events ? placed.value.keys() : []), ...(control ? c.control.keys() : [])]);
  const list: Spot[] = [];
  for (const id of ids) {
    const place = c.places.get(id);
    if (!place || place.lat === null || place.lon === null || place.kind === "country") continue;
    const here = (events && placed.value.get(id)) || [];
    const held = control ? c.controlOn(id, day) : null;
    if (here.length === 0 && !held) continue;
    const [x, y] = project([place.lon, place.lat])!;
    const camps = [...new Set((held?.controller_ids ?? []).map((a) => c.actors.get(a)?.camp ?? "unknown"))];
    const rough = AREAS.has(place.kind) || 2 * here.filter((e) => e.location_id !== id).length > here.length;
    list.push({ place, x, y, events: here, rough, control: held, camps });
  }
  // Large ones first, so that small ones lie above them and can be reached.
  return list.sort((a, b) => b.events.length - a.events.length || (a.place.location_id < b.place.location_id ? -1 : 1));
}

/** Radius of a circle of events, in pixels; smaller on a small map. */
export const radius = (n: number) => (4.2 + 1.9 * Math.sqrt(n)) * Math.max(0.7, Math.min(1, size.value[0] / 600));

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

/** Labels that cover neither each other nor large circles at this zoom: neighbours, then places, those with more events first. */
export const labels = computed<Label[]>(() => {
  const c = core.value;
  const project = projection.value;
  if (!c || !project) return [];
  const { k, x: left, y: top } = view.value;
  const [right, bottom] = size.value;
  const discs = spots.value.map((m): Box => {
    const r = m.events.length ? radius(m.events.length) : 5;
    return [m.x * k - r, m.y * k - r, m.x * k + r, m.y * k + r];
  });
  const seen: Box = [-left, -top, right - left, bottom - top];
  const taken: Box[] = [];
  const chosen: Label[] = [];
  const put = (key: string, kind: Label["kind"], x: number, y: number, r: number, text: Pick<Label, "english" | "arabic">) => {
    const w = width([text.english, text.arabic].filter(Boolean).join(" ")) * (kind === "place" ? 1 : 1.15);
    const [px, py] = [x * k, y * k];
    if (!overlap(seen, [px, py, px, py])) return;
    const tries: [Label["anchor"], number, number, Box][] = r > 0
      ? [
          ["start", r + 3, 4, [px + r + 3, py - 7, px + r + 3 + w, py + 7]],
          ["end", -r - 3, 4, [px - r - 3 - w, py - 7, px - r - 3, py + 7]],
          ["middle", 0, -r - 4, [px - w / 2, py - r - 16, px + w / 2, py - r - 2]],
          ["middle", 0, r + 12, [px - w / 2, py + r + 2, px + w / 2, py + r + 16]],
        ]
      : [["middle", 0, 4, [px - w / 2, py - 8, px + w / 2, py + 8]]];
    const free = tries.filter(([, , , box]) => box[0] > seen[0] && box[2] < seen[2] && !taken.some((b) => overlap(b, box)));
    const covered = (box: Box) => discs.filter((b) => overlap(b, box)).reduce((sum, b) => sum + (b[2] - b[0]), 0);
    const best = free.map((t) => ({ t, cost: covered(t[3]) })).sort((a, b) => a.cost - b.cost)[0];
    if (!best || best.cost > (r > 0 ? 40 : 12)) return;
    const [anchor, dx, dy, box] = best.t;
    taken.push(box);
    chosen.push({ key, kind, x, y, dx, dy, anchor, ...text });
  };
  const countries = [...c.places.values()].filter((p) => p.kind === "country");
  for (const [name, code, at] of basemap.value!.neighbours) {
    const [x, y] = project(at)!;
    const place = countries.find((p) => p.name === name);
    put(code, "country", x, y, 0, words(place?.name ?? name, place?.name_ar ?? country(code, "ar")));
  }
  const mark = (m: Spot) => (m.events.length ? radius(m.events.length) : 5);
  const [areas, exact] = [true, false].map((area) => spots.value.filter((m) => AREAS.has(m.place.kind) === area)) as [Spot[], Spot[]];
  for (const m of exact) put(m.place.location_id, "place", m.x, m.y, mark(m), words(m.place.name, m.place.name_ar));
  for (const m of areas) put(m.place.location_id, "area", m.x, m.y, mark(m), words(m.place.name, m.place.name_ar));
  const marked = new Set(areas.map((m) => m.place));
  for (const p of c.places.values()) {
    if (p.kind !== "governorate" || p.lat === null || p.lon === null || marked.has(p)) continue;
    const [x, y] = project([p.lon, p.lat])!;
    put(p.location_id, "area", x, y, 0, words(p.name, p.name_ar));
  }
  return chosen;
});

const KM_PER_DEGREE = 111.32; // of longitude, on the equator
const LENGTHS = [500, 200, 100, 50, 20, 10, 5, 2, 1]; // km
const WIDEST = 110; // pixels

/** A round number of kilometres, and how many pixels they are in the middle of the map. */
export const scale = computed<{ km: number; pixels: number } | null>(() => {
  const project = projection.value;
  const { k, x, y } = view.value;
  const [width, height] = size.value;
  const middle = project?.invert?.([(width / 2 - x) / k, (height / 2 - y) / k]);
  if (!project || !middle) return null;
  const [lon, lat] = middle;
  const perDegree = (project([lon + 0.5, lat])![0] - project([lon - 0.5, lat])![0]) * k;
  const perKm = perDegree / (KM_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
  const km = LENGTHS.find((n) => n * perKm <= WIDEST) ?? 1;
  return { km, pixels: km * perKm };
});

/** What most of the events have, or null if there are none. */
export function most(events: Event[], key: (e: Event) => string): string | null {
  const n = new Map<string, number>();
  for (const e of events) n.set(key(e), (n.get(key(e)) ?? 0) + 1);
  return [...n].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? null;
}
