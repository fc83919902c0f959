/** How values are shown. */

import { core } from "./filter";
import type { Day, Event } from "./types";

const formatter = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });

const SHORT = formatter({ day: "numeric", month: "short" });
const MEDIUM = formatter({ day: "numeric", month: "short", year: "numeric" });
const LONG = formatter({ day: "numeric", month: "long", year: "numeric" });
const MONTH = formatter({ month: "short" });

export const shortDay = (day: Day) => SHORT.format(Date.parse(day));
export const mediumDay = (day: Day) => MEDIUM.format(Date.parse(day));
export const longDay = (day: Day) => LONG.format(Date.parse(day));

/** A version with its day, if the release states one. */
export const dated = (version: string, day: Day | "") => (day ? `${version} of ${longDay(day)}` : version);
export const monthName = (day: Day) => MONTH.format(Date.parse(day));

const range = (format: Intl.DateTimeFormat, from: Day, to: Day) => format.formatRange(Date.parse(from), Date.parse(to));
export const shortRange = (from: Day, to: Day) => range(SHORT, from, to);
export const longRange = (from: Day, to: Day) => range(LONG, from, to);

/** From when to when, as short as it can be told: whole years as years, days of the main year without it. */
export function span({ start_date: start, end_date: end }: Pick<Event, "start_date" | "end_date">, long = false): string {
  const year = start.slice(0, 4);
  if (start === `${year}-01-01` && end === `${end.slice(0, 4)}-12-31`)
    return year === end.slice(0, 4) ? year : `${year}–${end.slice(0, 4)}`;
  const main = core.peek()?.package.start.slice(0, 4);
  const outside = year !== main || end.slice(0, 4) !== main;
  return range(long ? LONG : outside ? MEDIUM : SHORT, start, end);
}

/** A period of which an end may be open. */
export function period(from: Day | null, to: Day | null): string {
  if (from && to) return longRange(from, to);
  return from ? `from ${longDay(from)}` : to ? `until ${longDay(to)}` : "";
}

const numbers = new Intl.NumberFormat("en");
export const number = (n: number) => numbers.format(n);

/** A number of things: `1 report`, `12 reports`. */
export const several = (n: number, one: string, more = `${one}s`) => `${number(n)} ${n === 1 ? one : more}`;

export function bytes(n: number): string {
  const [size, unit] = n < 1000 ? [n, "bytes"] : n < 1e6 ? [n / 1e3, "kB"] : [n / 1e6, "MB"];
  return `${size.toLocaleString("en", { maximumSignificantDigits: size < 100 ? 2 : 3 })} ${unit}`;
}

/** An address as it is read: without its scheme, with its letters, and cut where it is long. */
export function shownUrl(url: string): string {
  let text = url.replace(/^https?:\/\/(www\.)?/, "");
  try {
    text = decodeURI(text);
  } catch {
    // It stays as it is written.
  }
  return text.length > 90 ? `${text.slice(0, 88)}…` : text;
}

export function country(code: string, language = "en"): string {
  try {
    return new Intl.DisplayNames(language, { type: "region", fallback: "code" }).of(code) ?? code;
  } catch {
    return code; // no code of a country
  }
}

/** An address that may be followed; anything but http and https is none. */
export function safeUrl(text: string | null): string | null {
  if (!text) return null;
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * CSV by RFC 4180 of what the table shows. A text that a spreadsheet would take for a formula gets an apostrophe;
 * a number, which may begin with a minus, does not.
 */
export function csv(header: string[], rows: (string | number | boolean | null)[][]): string {
  const cell = (value: string | number | boolean | null) => {
    let text = value === null ? "" : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^-\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

export function download(name: string, text: string, type = "text/csv;charset=utf-8"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
