/** Events per day and type; a range of days is chosen by dragging, by two sliders, by step and by play. */

import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { core, filter, setFilter, undated } from "./filter";
import { longDay, shortDay } from "./format";

const HEIGHT = 96;
const PAUSE = 900; // milliseconds between two days while playing

/** Per day: how many events of each type touch it. Days on which an event may have happened all count it. */
const perDay = computed(() => {
  const c = core.value;
  if (!c) return [];
  const types = [...(c.codes.get("event_type")?.keys() ?? [])];
  const table = c.days.map(() => new Map(types.map((t) => [t, 0])));
  for (const e of undated.value) {
    if (e.unit !== "event" || e.planned) continue;
    c.days.forEach((day, i) => {
      if (e.start_date <= day && day <= e.end_date) table[i]!.set(e.event_type, table[i]!.get(e.event_type)! + 1);
    });
  }
  return table;
});

const playing = signal(false);

/** Move the chosen range by a number of days; where all days are chosen, begin with the first. */
function step(by: number): boolean {
  const days = core.peek()!.days;
  const { from, to } = filter.peek();
  let [a, b] = [days.indexOf(from), days.indexOf(to)];
  if (a === 0 && b === days.length - 1) [a, b] = by > 0 ? [0, 0] : [b, b];
  else if (a + by < 0 || b + by > days.length - 1) return false;
  else [a, b] = [a + by, b + by];
  setFilter({ from: days[a]!, to: days[b]! });
  return true;
}

export function Timeline() {
  const c = core.value!;
  const days = c.days;
  const table = perDay.value;
  const { from, to } = filter.value;
  const [a, b] = [days.indexOf(from), days.indexOf(to)];
  const anchor = useRef<number | null>(null);
  const frame = useRef<SVGSVGElement>(null);
  const most = Math.max(1, ...table.map((day) => [...day.values()].reduce((x, y) => x + y, 0)));

  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      if (!step(1)) playing.value = false;
    }, PAUSE);
    return () => clearInterval(timer);
  }, [playing.value]);

  const choose = (x: number, y: number) => {
    const [first, last] = x <= y ? [x, y] : [y, x];
    setFilter({ from: first === 0 && last === days.length - 1 ? "" : days[first]!, to: last === days.length - 1 && first === 0 ? "" : days[last]! });
  };
  const at = (event: PointerEvent) => {
    const box = frame.current!.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    return Math.max(0, Math.min(days.length - 1, i));
  };

  return (
    <div class="timeline" role="group" aria-label="Timeline">
      <div class="controls">
        <button type="button" onClick={() => step(-1)} aria-label="One day back">◀</button>
        <button
          type="button" class="play"
          onClick={() => { playing.value = !playing.peek(); if (playing.peek() && !step(1)) choose(0, 0); }}
        >{playing.value ? "Pause" : "Play"}</button>
        <button type="button" onClick={() => step(1)} aria-label="One day on">▶</button>
        <button type="button" onClick={() => { playing.value = false; choose(0, days.length - 1); }} disabled={a === 0 && b === days.length - 1}>All days</button>
        <output class="range" aria-live="polite">{from === to ? longDay(from) : `${longDay(from)} to ${longDay(to)}`}</output>
      </div>
      <svg
        ref={frame} class="bars" viewBox={`0 0 ${days.length * 20} ${HEIGHT}`} preserveAspectRatio="none" role="img"
        aria-label={`Events on each day: ${days.map((d, i) => `${shortDay(d)} ${[...(table[i]?.values() ?? [])].reduce((x, y) => x + y, 0)}`).join(", ")}`}
        onPointerDown={(e) => { playing.value = false; anchor.current = at(e); frame.current!.setPointerCapture(e.pointerId); choose(anchor.current, anchor.current); }}
        onPointerMove={(e) => { if (anchor.current !== null) choose(anchor.current, at(e)); }}
        onPointerUp={() => { anchor.current = null; }}
        onPointerCancel={() => { anchor.current = null; }}
      >
        {table.map((day, i) => {
          let top = HEIGHT;
          return (
            <g key={days[i]} class={i >= a && i <= b ? "in" : "out"}>
              <rect class="day" x={i * 20} y={0} width={20} height={HEIGHT} />
              {[...day].map(([type, n]) => {
                const h = (n / most) * (HEIGHT - 2);
                top -= h;
                return n > 0 && <rect key={type} class={`type-${type}`} x={i * 20 + 1.5} y={top} width={17} height={h} />;
              })}
            </g>
          );
        })}
      </svg>
      <div class="days" aria-hidden="true">{days.map((d, i) => <span key={d} class={i >= a && i <= b ? "in" : ""}>{shortDay(d)}</span>)}</div>
      <div class="sliders">
        <label>First day
          <input type="range" min={0} max={days.length - 1} value={a} aria-valuetext={longDay(from)} onInput={(e) => choose(Math.min(+e.currentTarget.value, b), b)} />
        </label>
        <label>Last day
          <input type="range" min={0} max={days.length - 1} value={b} aria-valuetext={longDay(to)} onInput={(e) => choose(a, Math.max(+e.currentTarget.value, a))} />
        </label>
      </div>
    </div>
  );
}
