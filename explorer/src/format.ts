/** How values are shown. */

import type { Day, Event } from "./types";

const SHORT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const LONG = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

export const shortDay = (day: Day) => SHORT.format(Date.parse(day));
export const longDay = (day: Day) => LONG.format(Date.parse(day));

export function span(event: Pick<Event, "start_date" | "end_date">, long = false): string {
  const show = long ? longDay : shortDay;
  const outside = !event.start_date.startsWith("2024-1");
  const one = outside && !long ? longDay : show;
  return event.start_date === event.end_date
    ? one(event.start_date)
    : `${one(event.start_date)} – ${one(event.end_date)}`;
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

/** CSV by RFC 4180 of what the table shows. A cell that a spreadsheet would take for a formula gets an apostrophe. */
export function csv(header: string[], rows: (string | number | boolean | null)[][]): string {
  const cell = (value: string | number | boolean | null) => {
    let text = value === null ? "" : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
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
