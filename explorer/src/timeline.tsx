/** Events per day and type; a range of days is chosen by dragging, by two sliders, by step and by play. */

import { computed, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { core, filter, setFilter, undated } from "./filter";
import { longDay, monthName, several } from "./format";
import { Mark } from "./parts";

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

const sum = (day: Map<string, number> | undefined) => [...(day?.values() ?? [])].reduce((x, y) => x + y, 0);

const playing = signal(false);

/** Choose a range of days; all of them need no word in the address. */
function choose(x: number, y: number): void {
  const days = core.peek()!.days;
  const [first, last] = x <= y ? [x, y] : [y, x];
  const all = first === 0 && last === days.length - 1;
  setFilter({ from: all ? "" : days[first]!, to: all ? "" : days[last]! });
}

/** Move the chosen range by a number of days; where all days are chosen, begin with the first. */
function step(by: number): boolean {
  const days = core.peek()!.days;
  const { from, to } = filter.peek();
  const [a, b] = [days.indexOf(from), days.indexOf(to)];
  if (a === 0 && b === days.length - 1) choose(by > 0 ? 0 : b, by > 0 ? 0 : b);
  else if (a + by < 0 || b + by > days.length - 1) return false;
  else choose(a + by, b + by);
  return true;
}

function Bars({ a, b }: { a: number; b: number }) {
  const c = core.value!;
  const days = c.days;
  const table = perDay.value;
  const frame = useRef<SVGSVGElement>(null);
  const begun = useRef<number | null>(null);
  const most = Math.max(1, ...table.map(sum));
  const at = (event: PointerEvent) => {
    const box = frame.current!.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    return Math.max(0, Math.min(days.length - 1, i));
  };
  const told = (i: number) => {
    const parts = [...(table[i] ?? [])].filter(([, n]) => n > 0).map(([type, n]) => `${c.title("event_type", type)} ${n}`);
    return `${longDay(days[i]!)}: ${several(sum(table[i]), "event")}\n${parts.join("\n")}`;
  };
  return (
    <svg
      ref={frame} class="bars" viewBox={`0 0 ${days.length * 20} ${HEIGHT}`} preserveAspectRatio="none" role="img"
      aria-label="Events on each day, by type. The same numbers stand in the table of numbers below; the days are chosen with the sliders."
      onPointerDown={(e) => { playing.value = false; begun.current = at(e); frame.current!.setPointerCapture(e.pointerId); choose(begun.current, begun.current); }}
      onPointerMove={(e) => { if (begun.current !== null) choose(begun.current, at(e)); }}
      onPointerUp={() => { begun.current = null; }}
      onPointerCancel={() => { begun.current = null; }}
    >
      {table.map((day, i) => {
        let top = HEIGHT;
        return (
          <g key={days[i]} class={i >= a && i <= b ? "in" : "out"}>
            <title>{told(i)}</title>
            <rect class="day" x={i * 20} y={0} width={20} height={HEIGHT} />
            {[...day].map(([type, n]) => {
              const h = (n / most) * (HEIGHT - 6);
              top -= h;
              return n > 0 && <rect key={type} class={`type-${type}`} x={i * 20 + 1.5} y={top} width={17} height={h} />;
            })}
          </g>
        );
      })}
    </svg>
  );
}

/** The bars in numbers. */
function Numbers({ a, b }: { a: number; b: number }) {
  const c = core.value!;
  const table = perDay.value;
  const open = useSignal(false);
  const on = (i: number) => (i >= a && i <= b ? "n in" : "n");
  const types = [...(c.codes.get("event_type")?.values() ?? [])].filter(({ code }) => table.some((day) => day.get(code)));
  return (
    <details class="numbers" open={open.value} onToggle={(e) => { open.value = e.currentTarget.open; }}>
      <summary>Numbers</summary>
      {open.value && (
        <div class="wide" tabIndex={0} role="region" aria-label="Events on each day, by type">
          <table>
            <caption class="unseen">Events on each day, by type</caption>
            <thead>
              <tr><td />{c.days.map((day, i) => <th key={day} scope="col" class={on(i)}><abbr title={longDay(day)}>{Number(day.slice(8))}</abbr></th>)}</tr>
            </thead>
            <tbody>
              {types.map(({ code, title }) => (
                <tr key={code}><th scope="row"><Mark list="type" code={code} />{title}</th>{table.map((day, i) => <td key={i} class={on(i)}>{day.get(code)}</td>)}</tr>
              ))}
              <tr><th scope="row">All</th>{table.map((day, i) => <td key={i} class={on(i)}>{sum(day)}</td>)}</tr>
            </tbody>
          </table>
          <p class="quiet">An event that may have happened on several days counts on each. States of affairs and what was only planned are left out.</p>
        </div>
      )}
    </details>
  );
}

export function Timeline() {
  const days = core.value!.days;
  const { from, to } = filter.value;
  const [a, b] = [days.indexOf(from), days.indexOf(to)];
  /** The day on which playing ends. */
  const until = useRef(days.length - 1);

  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      if (filter.peek().to >= days[until.current]! || !step(1)) playing.value = false;
    }, PAUSE);
    return () => clearInterval(timer);
  }, [playing.value]);
  useEffect(() => () => { playing.value = false; }, []);

  // One day after the other: of the chosen days, if there are several, else from the chosen day on.
  const play = () => {
    playing.value = !playing.peek();
    if (!playing.peek()) return;
    until.current = a < b ? b : days.length - 1;
    if (a < b) choose(a, a);
    else if (!step(1)) choose(0, 0);
  };
  return (
    <div class="timeline" role="group" aria-label="Timeline">
      <div class="controls">
        <button type="button" onClick={() => step(-1)} aria-label="One day back">◀</button>
        <button type="button" class="play" onClick={play}>{playing.value ? "Pause" : "Play"}</button>
        <button type="button" onClick={() => step(1)} aria-label="One day on">▶</button>
        <button type="button" onClick={() => { playing.value = false; choose(0, days.length - 1); }} disabled={a === 0 && b === days.length - 1}>All days</button>
        <output class="range" aria-live="polite">{from === to ? longDay(from) : `${longDay(from)} to ${longDay(to)}`}</output>
      </div>
      <Bars a={a} b={b} />
      <div class="days" aria-hidden="true">
        {days.map((d, i) => <span key={d} class={i >= a && i <= b ? "in" : ""}>{Number(d.slice(8))}{(i === 0 || d.endsWith("-01")) && <i> {monthName(d)}</i>}</span>)}
      </div>
      <div class="sliders">
        <label>From
          <input
            type="range" min={0} max={days.length - 1} value={a} aria-label="First day" aria-valuetext={longDay(from)}
            onInput={(e) => choose(Math.min(+e.currentTarget.value, b), b)}
          />
        </label>
        <label>to
          <input
            type="range" min={0} max={days.length - 1} value={b} aria-label="Last day" aria-valuetext={longDay(to)}
            onInput={(e) => choose(a, Math.max(+e.currentTarget.value, a))}
          />
        </label>
        <Numbers a={a} b={b} />
      </div>
    </div>
  );
}
