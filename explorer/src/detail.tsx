/** The larger part of the release, and its history: fetched when a page first needs them. */

import { signal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Detail, fetchJson, rows } from "./data";
import type { Bundle, Change } from "./types";

interface Fetched<T> {
  value: T | null;
  error: string | null;
  started: boolean;
}

const nothing = { value: null, error: null, started: false };
const detail = signal<Fetched<Detail>>(nothing);
const history = signal<Fetched<Change[]>>(nothing);

function load<T>(into: Signal<Fetched<T>>, path: string, read: (bundle: Bundle) => T): void {
  if (into.peek().started) return;
  into.value = { ...nothing, started: true };
  fetchJson<Bundle>(path).then(
    (bundle) => { into.value = { value: read(bundle), error: null, started: true }; },
    (error: Error) => { into.value = { value: null, error: error.message, started: true }; },
  );
}

interface Props<T> {
  from: Signal<Fetched<T>>;
  start: () => void;
  children: (value: T) => ComponentChildren;
}

function Late<T>({ from, start, children }: Props<T>) {
  useEffect(start, []);
  const { value, error } = from.value;
  if (value) return <>{children(value)}</>;
  if (!error) return <p role="status">Loading…</p>;
  const again = () => { from.value = nothing; start(); };
  return <p role="alert">This part of the data could not be loaded. {error} <button type="button" onClick={again}>Try again</button></p>;
}

export function WithDetail({ children }: { children: (detail: Detail) => ComponentChildren }) {
  return <Late from={detail} start={() => load(detail, "detail.json.gz", (b) => new Detail(b))}>{children}</Late>;
}

export function WithHistory({ children }: { children: (changes: Change[]) => ComponentChildren }) {
  return <Late from={history} start={() => load(history, "history.json.gz", (b) => rows<Change>(b.tables.changes))}>{children}</Late>;
}
