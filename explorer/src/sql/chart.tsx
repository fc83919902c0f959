/** A result as a chart: bars, lines or points, chosen by the types of its columns. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { by as groupBy } from "../data";
import type { Result } from "./engine";
import { isNumber, isTime } from "./values";

export type Kind = "bar" | "line" | "points";

const MOST_BARS = 50;
const MOST_MARKS = 5_000;
const MOST_SERIES = 8;

interface Mark {
  /** What stands on the axis below, or at the bar. */
  label: string;
  x: number;
  y: number;
  series: number;
}

interface Choices {
  kind: Kind;
  x: number;
  y: number;
  /** The column whose values are drawn apart. */
  by: number | null;
}

/** What is drawn if nothing else is asked for; null if there is no number. */
function suggested({ columns, rows, cell }: Result): Choices | null {
  const numbers = columns.flatMap((c, i) => (isNumber(c.type) ? [i] : []));
  const time = columns.findIndex((c) => isTime(c.type));
  const text = columns.findIndex((c) => !isNumber(c.type) && !isTime(c.type));
  const [first, second] = numbers;
  if (first === undefined) return null;
  if (time >= 0) {
    const days = Array.from({ length: Math.min(rows, MOST_MARKS) }, (_, row) => cell(row, time));
    const several = new Set(days).size < days.length;
    return { kind: "line", x: time, y: first, by: several && text >= 0 ? text : null };
  }
  if (text >= 0) return { kind: "bar", x: text, y: first, by: null };
  return second === undefined ? { kind: "bar", x: first, y: first, by: null } : { kind: "points", x: first, y: second, by: null };
}

function position(text: string, type: string): number {
  return isTime(type) ? Date.parse(text.length > 10 ? `${text.replace(" ", "T").slice(0, 23)}Z` : text) : Number(text);
}

interface Drawn {
  marks: Mark[];
  series: string[];
  /** What is not shown, in words. */
  left: string;
}

function marks(result: Result, kind: Kind, x: number, y: number, by: number | null): Drawn {
  const list: Mark[] = [];
  const series = new Map<string, number>();
  let unfit = 0;
  let more = 0;
  const most = kind === "bar" ? MOST_BARS : MOST_MARKS;
  for (let row = 0; row < result.rows; row++) {
    const [label, value] = [result.cell(row, x), result.cell(row, y)];
    const at = kind === "bar" ? list.length : position(label ?? "", result.columns[x]!.type);
    const height = value === null ? Number.NaN : Number(value);
    const group = by === null ? "" : (result.cell(row, by) ?? "NULL");
    if (!Number.isFinite(at) || !Number.isFinite(height) || (kind !== "bar" && label === null)) unfit++;
    else if (list.length >= most || (!series.has(group) && series.size >= MOST_SERIES)) more++;
    else {
      if (!series.has(group)) series.set(group, series.size);
      list.push({ label: label ?? "NULL", x: at, y: height, series: series.get(group)! });
    }
  }
  const left = [
    more > 0 && `${more.toLocaleString("en")} more rows are not drawn`,
    unfit > 0 && `${unfit.toLocaleString("en")} rows without a value are left out`,
  ].filter(Boolean).join("; ");
  return { marks: list, series: by === null ? [] : [...series.keys()], left };
}

/** Round numbers, about `count` of them, that span from least to most. */
export function ticks(least: number, most: number, count: number): number[] {
  const raw = (most - least || Math.abs(most) || 1) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((s) => s * power >= raw) ?? 10);
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

const DAY = 86_400_000;
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const year = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });

function timeTicks(least: number, most: number, count: number): number[] {
  const steps = [1, 2, 3, 7, 14, 30, 91, 182, 365, 730, 1825, 3650].map((n) => n * DAY);
  const step = steps.find((s) => (most - least) / s <= count) ?? steps.at(-1)!;
  const list: number[] = [];
  for (let at = Math.ceil(least / DAY) * DAY; at <= most; at += step) list.push(at);
  return list;
}

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(720);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(260, entry!.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

/** The chart in words, for those who do not see it. */
function words(kind: Kind, x: string, y: string, { marks: list, series, left }: Drawn): string {
  const heights = list.map((m) => m.y);
  const least = list[heights.indexOf(Math.min(...heights))]!;
  const most = list[heights.indexOf(Math.max(...heights))]!;
  const name = { bar: "Bar chart", line: "Line chart", points: "Scatter plot" }[kind];
  const groups = series.length ? `, apart by ${series.join(", ")}` : "";
  return `${name} of ${y} by ${x}${groups}: ${list.length} values, `
    + `the least ${number.format(least.y)} at ${least.label}, the most ${number.format(most.y)} at ${most.label}.`
    + (left ? ` ${left}.` : "");
}

const short = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

function Bars({ drawn, width, text }: { drawn: Drawn; width: number; text: string }) {
  const ROW = 22;
  const longest = Math.max(...drawn.marks.map((m) => m.label.length));
  const left = Math.min(width * 0.4, Math.max(40, longest * 6.6 + 10));
  const scale = ticks(Math.min(0, ...drawn.marks.map((m) => m.y)), Math.max(0, ...drawn.marks.map((m) => m.y)), width / 120);
  const [low, high] = [scale[0]!, scale.at(-1)!];
  const x = (v: number) => left + ((v - low) / (high - low)) * (width - left - 56);
  const height = drawn.marks.length * ROW + 26;
  return (
    <svg role="img" aria-label={text} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {scale.map((v) => (
        <g key={v} class="grid">
          <line x1={x(v)} x2={x(v)} y1={0} y2={height - 22} />
          <text x={x(v)} y={height - 6} text-anchor="middle">{number.format(v)}</text>
        </g>
      ))}
      {drawn.marks.map((m, i) => (
        <g key={i} class={`s${m.series}`}>
          <title>{`${m.label}: ${number.format(m.y)}`}</title>
          <rect x={Math.min(x(0), x(m.y))} y={i * ROW + 3} width={Math.max(1, Math.abs(x(m.y) - x(0)))} height={ROW - 6} />
          <text class="name" x={left - 6} y={i * ROW + ROW / 2 + 4} text-anchor="end">{short(m.label, Math.floor((left - 8) / 6.4))}</text>
          <text class="value" x={Math.max(x(0), x(m.y)) + 5} y={i * ROW + ROW / 2 + 4}>{number.format(m.y)}</text>
        </g>
      ))}
    </svg>
  );
}

function Plane({ kind, drawn, width, text, time }: { kind: Kind; drawn: Drawn; width: number; text: string; time: boolean }) {
  const [height, left, right, top, bottom] = [340, 56, 26, 12, 28];
  const xs = drawn.marks.map((m) => m.x);
  const ys = drawn.marks.map((m) => m.y);
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const across = time ? timeTicks(least, most, width / 80) : ticks(least, most, width / 110);
  const up = ticks(kind === "line" ? Math.min(0, ...ys) : Math.min(...ys), Math.max(...ys), 6);
  const [from, to] = time ? (least === most ? [least - DAY, most + DAY] : [least, most]) : [across[0]!, across.at(-1)!];
  const [low, high] = [up[0]!, up.at(-1)!];
  const x = (v: number) => left + ((v - from) / (to - from)) * (width - left - right);
  const y = (v: number) => height - bottom - ((v - low) / (high - low)) * (height - top - bottom);
  const far = most - least > 400 * DAY;
  const groups = groupBy(drawn.marks, (m) => m.series);
  return (
    <svg role="img" aria-label={text} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {up.map((v) => (
        <g key={v} class="grid">
          <line x1={left} x2={width - right} y1={y(v)} y2={y(v)} />
          <text x={left - 6} y={y(v) + 4} text-anchor="end">{number.format(v)}</text>
        </g>
      ))}
      {across.map((v) => (
        <g key={v} class="grid">
          <line x1={x(v)} x2={x(v)} y1={height - bottom} y2={height - bottom + 4} />
          <text x={x(v)} y={height - 8} text-anchor="middle">{time ? (far ? year : day).format(v) : number.format(v)}</text>
        </g>
      ))}
      {[...groups].map(([series, list]) => (
        <g key={series} class={`s${series}`}>
          {kind === "line" && (
            <polyline points={list.toSorted((a, b) => a.x - b.x).map((m) => `${x(m.x).toFixed(1)},${y(m.y).toFixed(1)}`).join(" ")} />
          )}
          {(kind === "points" || list.length <= 200) && list.map((m, i) => (
            <circle key={i} cx={x(m.x).toFixed(1)} cy={y(m.y).toFixed(1)} r={kind === "line" ? 2.5 : 3.5}>
              <title>{`${m.label}: ${number.format(m.y)}${drawn.series.length ? ` (${drawn.series[series]})` : ""}`}</title>
            </circle>
          ))}
        </g>
      ))}
    </svg>
  );
}

function Choice({ label, value, options, change }: {
  label: string; value: string; options: [string, string][]; change: (value: string) => void;
}) {
  return (
    <label>
      {label}{" "}
      <select value={value} onChange={(e) => change(e.currentTarget.value)}>
        {options.map(([v, text]) => <option key={v} value={v}>{text}</option>)}
      </select>
    </label>
  );
}

export function Chart({ result }: { result: Result }) {
  const { columns } = result;
  const first = useMemo(() => suggested(result), [result]);
  const [box, width] = useWidth();
  const [chosen, choose] = useState<Partial<Choices>>({});
  const named = columns.map((c, i): [string, string] => [String(i), c.name]);
  const numbers = named.filter(([i]) => isNumber(columns[Number(i)]!.type));
  if (!first || result.rows === 0)
    return <div ref={box}><p class="note">There is nothing to draw: a chart needs rows with a number.</p></div>;
  const { kind, x, by, ...picked } = { ...first, ...chosen };
  const fits = columns.map((c) => kind === "bar" || isNumber(c.type) || isTime(c.type));
  const across = fits[x] ? x : fits.indexOf(true);
  // Points of a column against itself say nothing.
  const other = numbers.find(([i]) => Number(i) !== across);
  const y = kind !== "bar" && chosen.y === undefined && picked.y === across && other ? Number(other[0]) : picked.y;
  const drawn = marks(result, kind, across, y, by);
  const text = drawn.marks.length ? words(kind, columns[across]!.name, columns[y]!.name, drawn) : "";
  return (
    <figure class="chart">
      <div class="choices">
        <Choice label="Chart" value={kind} options={[["bar", "Bars"], ["line", "Line"], ["points", "Points"]]} change={(v) => choose({ ...chosen, kind: v as Kind })} />
        <Choice label={kind === "bar" ? "Of each" : "Across"} value={String(across)} options={named.filter((_, i) => fits[i])} change={(v) => choose({ ...chosen, x: Number(v) })} />
        <Choice label={kind === "bar" ? "Length" : "Up"} value={String(y)} options={numbers} change={(v) => choose({ ...chosen, y: Number(v) })} />
        <Choice
          label="Apart by" value={by === null ? "" : String(by)} options={[["", "nothing"], ...named]}
          change={(v) => choose({ ...chosen, by: v === "" ? null : Number(v) })}
        />
      </div>
      {drawn.series.length > 0 && (
        <ul class="key">{drawn.series.map((name, i) => <li key={i} class={`s${i}`}><span class="swatch" aria-hidden="true" /><bdi>{name}</bdi></li>)}</ul>
      )}
      <div ref={box} class="canvas">
        {drawn.marks.length === 0 ? <p class="note">None of these rows has a value to draw.</p>
          : kind === "bar" ? <Bars drawn={drawn} width={width} text={text} />
          : <Plane kind={kind} drawn={drawn} width={width} text={text} time={isTime(columns[across]!.type)} />}
      </div>
      {drawn.left && <figcaption class="note">{drawn.left}.</figcaption>}
    </figure>
  );
}
