/** The map: events of the chosen days at their places, and who held each place on the last of these days. */

import { computed, signal } from "@preact/signals";
import { geoPath } from "d3-geo";
import { select } from "d3-selection";
import { zoom, type D3ZoomEvent, type ZoomBehavior, zoomIdentity } from "d3-zoom";
import { Component } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { fetchJson } from "./data";
import { core, filter, shown } from "./filter";
import { longDay, number, several, span } from "./format";
import {
  type Basemap, basemap, colour, elsewhere, type Label, labels, layers, most, names, projection, radius, scale, selected, size, type Spot, spots, view,
} from "./mapdata";
import { ActorLink, EventLink, Joined, Mark, Reload } from "./parts";
import { href, setQuery } from "./route";
import type { Code } from "./types";

const MOST = 12; // events listed for a place before "and more"
const CLOSE = 6; // zoom at which a place of the address is shown

const problem = signal<string | null>(null);
const point = (id: string) => setQuery({ at: id });

/** The outlines change with the size of the map alone, so they are kept as they were drawn. */
const outlines = computed(() => {
  const map = basemap.value;
  const project = projection.value;
  if (!map || !project) return null;
  const path = geoPath(project).digits(1);
  return (
    <g class="base" aria-hidden="true">
      <path class="land" d={path(map.land) ?? ""} />
      <path class="borders" d={path(map.borders) ?? ""} />
      <path class="home" d={path(map.home) ?? ""} />
      <path class="governorates" d={path(map.governorates) ?? ""} />
    </g>
  );
});

/** Who held the place: a square, divided among several camps. */
function square(m: Spot, side: number) {
  const parts = m.camps.slice(0, 3);
  const w = side / parts.length;
  return (
    <g class={m.control!.sure ? "control" : "control unsure"} data-held={m.place.location_id} data-camps={m.camps.join(" ")}>
      <rect class="ground" x={-side / 2} y={-side / 2} width={side} height={side} />
      {parts.map((camp, i) => <rect key={camp} class={`camp-${camp}`} x={-side / 2 + i * w} y={-side / 2} width={w} height={side} />)}
    </g>
  );
}

function told(m: Spot): string {
  const c = core.peek()!;
  const holders = m.control?.controller_ids.map((a) => c.actorName(a)).join(", ");
  return [
    m.place.name,
    m.events.length ? `: ${several(m.events.length, "event")}` : "",
    holders ? `; held by ${holders}${m.control!.sure ? "" : ", not certain"}` : "",
  ].join("");
}

interface SpotProps {
  m: Spot;
  by: "type" | "evidence";
  pressed: boolean;
  /** Whether the Tab key comes here; the arrow keys go on. */
  first: boolean;
}

/** A spot; drawn anew only if something about it is another. */
class SpotView extends Component<SpotProps> {
  override shouldComponentUpdate({ m, by, pressed, first }: SpotProps): boolean {
    const now = this.props;
    return m !== now.m || by !== now.by || pressed !== now.pressed || first !== now.first;
  }

  render({ m, by, pressed, first }: SpotProps) {
    const words = told(m);
    const code = most(m.events, (e) => (by === "type" ? e.event_type : e.evidence));
    return (
      <g
        transform={`translate(${m.x} ${m.y})`} data-place={m.place.location_id} role="button" tabindex={pressed || first ? 0 : -1}
        aria-label={words} aria-pressed={pressed}
      >
        <title>{words}</title>
        <g class="fixed">
          {m.events.length === 0 && <circle class="reach" r={9} />}
          {code !== null && <circle class={`${by}-${code} ${m.rough ? "rough" : ""}`} r={radius(m.events.length)} />}
          {m.control && square(m, m.events.length ? 7 : 9)}
        </g>
      </g>
    );
  }
}

const text = (l: Label) => (
  <g key={l.key} transform={`translate(${l.x} ${l.y})`}>
    <text class={`fixed ${l.kind}`} x={l.dx} y={l.dy} text-anchor={l.anchor}>
      {l.english}{l.english && l.arabic && " "}{l.arabic && <tspan lang="ar">{l.arabic}</tspan>}
    </text>
  </g>
);

function Scale() {
  const [width, height] = size.value;
  const { km, pixels } = scale.value ?? { km: 0, pixels: 0 };
  return km > 0 && (
    <g class="scale" transform={`translate(${width - 14 - pixels} ${height - 12})`}>
      <path d={`M0 -5V0H${pixels}V-5`} />
      <text x={pixels / 2} y={-5} text-anchor="middle">{km} km</text>
    </g>
  );
}

function Panel({ onClose }: { onClose: () => void }) {
  const c = core.value!;
  const id = selected.value;
  if (!id) return null;
  const place = c.places.get(id)!;
  const events = (layers.value.events && spots.value.find((m) => m.place.location_id === id)?.events) || shown.value.filter((e) => e.location_id === id);
  const control = c.controlOn(id, filter.value.to);
  return (
    <aside class="here" aria-label={`At ${place.name}`} onKeyDown={(e) => { if (e.key === "Escape") onClose(); }}>
      <button type="button" class="close" aria-label="Close" onClick={onClose}>×</button>
      <h2><a href={href("place", id)}>{place.name}</a>{place.name_ar && <> <bdi lang="ar">{place.name_ar}</bdi></>}</h2>
      {control && (
        <p>
          Held in the evening of {longDay(filter.value.to)} by <Joined items={control.controller_ids.map((a) => <ActorLink id={a} />)} />{!control.sure && " (not certain)"}
        </p>
      )}
      <ul>
        {events.slice(0, MOST).map((e) => (
          <li key={e.event_id}><Mark list="type" code={e.event_type} /><span class="quiet">{span(e)}</span> <EventLink id={e.event_id} /></li>
        ))}
      </ul>
      {events.length > MOST && <p><a href={href("place", id)}>and {number(events.length - MOST)} more</a></p>}
      {events.length === 0 && <p>No event of the chosen days.</p>}
    </aside>
  );
}

function Legend() {
  const c = core.value!;
  const camps = new Set(spots.value.flatMap((m) => m.camps));
  const marks = (list: "type" | "evidence" | "camp", codes: Iterable<Code> = []) => (
    <ul>{[...codes].map(({ code, title }) => <li key={code}><Mark list={list} code={code} />{title}</li>)}</ul>
  );
  return (
    <details class="legend">
      <summary>Key<span class="short">: <span class="keymark" />events <span class="keymark held" />control</span></summary>
      <p>Circles are events; the larger, the more. A broken outline: most are known for the area only.</p>
      {marks(colour.value, c.codes.get(colour.value === "type" ? "event_type" : "evidence")?.values())}
      <p>Squares, alone or within a circle: who held the place in the evening of {longDay(filter.value.to)}. Two colours, several; pale, not certain.</p>
      {marks("camp", [...(c.codes.get("camp")?.values() ?? [])].filter(({ code }) => camps.has(code)))}
    </details>
  );
}

function Controls({ by, whole }: { by: (factor: number) => void; whole: () => void }) {
  const { events, control } = layers.value;
  const hide = (layer: "events" | "control") => {
    const now = { ...layers.peek(), [layer]: !layers.peek()[layer] };
    setQuery({ hide: (["events", "control"] as const).filter((name) => !now[name]).join(",") });
  };
  return (
    <div class="controls">
      <label><input type="checkbox" checked={events} onChange={() => hide("events")} /> Events</label>
      <label><input type="checkbox" checked={control} onChange={() => hide("control")} /> Control</label>
      <label>Colour <select value={colour.value} onChange={(e) => setQuery({ colour: e.currentTarget.value === "type" ? "" : e.currentTarget.value })}>
        <option value="type">by type</option><option value="evidence">by evidence</option>
      </select></label>
      <label>Names <select value={names.value} onChange={(e) => setQuery({ names: e.currentTarget.value === "en" ? "" : e.currentTarget.value })}>
        <option value="en">English</option><option value="ar" lang="ar">العربية</option><option value="both">both</option>
      </select></label>
      <span class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => by(1.6)}>+</button>
        <button type="button" aria-label="Zoom out" onClick={() => by(1 / 1.6)}>−</button>
        <button type="button" aria-label="Whole country" onClick={whole}>⤢</button>
      </span>
    </div>
  );
}

/** The nearest circle in the direction of an arrow key. */
function towards(key: string, from: Spot): string | null {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!direction) return null;
  const [dx, dy] = direction as [number, number];
  let best: [number, string] | null = null;
  for (const m of spots.peek()) {
    const along = (m.x - from.x) * dx + (m.y - from.y) * dy;
    const across = Math.abs((m.x - from.x) * dy + (m.y - from.y) * dx);
    if (along > 0.01 && (!best || along + 2 * across < best[0])) best = [along + 2 * across, m.place.location_id];
  }
  return best?.[1] ?? null;
}

/** A wheel or a finger that scrolls the page does not move the map: that takes Ctrl, or two fingers. */
function mine(event: Event): boolean {
  if (event instanceof WheelEvent) return event.ctrlKey || matchMedia("(min-width: 68rem)").matches;
  if ("touches" in event) return (event as TouchEvent).touches.length > 1;
  return !(event as MouseEvent).button;
}

export function MapView() {
  const svg = useRef<SVGSVGElement>(null);
  const scene = useRef<SVGGElement>(null);
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);

  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      if (width > 0 && height > 0) size.value = [Math.round(width), Math.round(height)];
    });
    watch.observe(svg.current!);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (!basemap.peek())
      fetchJson<Basemap>("basemap.json.gz").then(
        (map) => { basemap.value = map; },
        (error: Error) => { problem.value = error.message; },
      );
    const z = zoom<SVGSVGElement, unknown>()
      .filter(mine)
      .scaleExtent([0.7, 40])
      .extent(() => [[0, 0], size.peek()])
      .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
        scene.current!.setAttribute("transform", event.transform.toString());
        scene.current!.style.setProperty("--inverse", String(1 / event.transform.k));
      })
      .on("end", (event: D3ZoomEvent<SVGSVGElement, unknown>) => { const { k, x, y } = event.transform; view.value = { k, x, y }; });
    behaviour.current = z;
    const target = select(svg.current!);
    target.call(z).on("dblclick.zoom", null);
    return () => {
      target.on(".zoom", null);
      view.value = { k: 1, x: 0, y: 0 };
    };
  }, []);

  // A place that the address names is brought to the middle, once there is a map.
  const drawn = projection.value !== null;
  useEffect(() => {
    const place = core.peek()!.places.get(selected.peek() ?? "");
    if (!drawn || !place || place.lat === null || place.lon === null || place.kind === "country") return;
    const [x, y] = projection.peek()!([place.lon, place.lat])!;
    const [width, height] = size.peek();
    const free = width > 600 ? width - 350 : width; // the rest lies under the panel
    behaviour.current!.transform(select(svg.current!), zoomIdentity.translate(free / 2 - CLOSE * x, height / 2 - CLOSE * y).scale(CLOSE));
  }, [drawn]);

  const focus = (id: string | null) => svg.current?.querySelector<SVGGElement>(`[data-place="${CSS.escape(id ?? "")}"]`)?.focus();
  const at = (event: Event) => (event.target as Element).closest<SVGGElement>("[data-place]")?.dataset.place ?? null;
  const onClick = (event: Event) => { const id = at(event); if (id) point(id); };
  const onKey = (event: KeyboardEvent) => {
    const id = at(event);
    const from = spots.peek().find((m) => m.place.location_id === id);
    if (!from) return;
    const next = towards(event.key, from);
    if (next) focus(next);
    else if (event.key === "Enter" || event.key === " ") {
      point(from.place.location_id);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".here h2 a")?.focus());
    } else return;
    event.preventDefault();
  };
  const close = () => {
    const id = selected.peek();
    point("");
    focus(id);
  };
  const chosen = spots.value.some((m) => m.place.location_id === selected.value);

  return (
    <div class="map">
      <Controls
        by={(factor) => behaviour.current!.scaleBy(select(svg.current!), factor)}
        whole={() => behaviour.current!.transform(select(svg.current!), zoomIdentity)}
      />
      {problem.value && <p role="alert">The map could not be loaded; the table holds the same. {problem.value} <Reload /></p>}
      <div class="canvas">
        <svg
          ref={svg} class="sheet" role="group" viewBox={`0 0 ${size.value.join(" ")}`}
          aria-label={
            `Map: ${several(shown.value.length, "event")}, ${number(elsewhere.value)} of them without a point. `
            + "The table holds the same. Arrow keys go from place to place."
          }
        >
          <g ref={scene}>
            {outlines.value}
            <g class="spots" onClick={onClick} onKeyDown={onKey}>
              {spots.value.map((m, i) => {
                const id = m.place.location_id;
                return <SpotView key={id} m={m} by={colour.value} pressed={id === selected.value} first={!chosen && i === 0} />;
              })}
            </g>
            <g class="labels" aria-hidden="true">{labels.value.map(text)}</g>
          </g>
          <Scale />
        </svg>
        <Legend />
      </div>
      <Panel onClose={close} />
    </div>
  );
}
