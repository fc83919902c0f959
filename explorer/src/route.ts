/** The address says what is shown: `#/event/hama-captured?type=control&to=2024-12-05`. */

import { effect, signal } from "@preact/signals";

export interface Route {
  /** The page, such as `map`, `table`, `event`, `sql`. */
  page: string;
  /** The identifier of what the page is about; empty if none. */
  id: string;
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page = "", ...rest] = path.split("/");
  let id = rest.join("/");
  try {
    id = decodeURIComponent(id);
  } catch {
    // A broken escape stays as it is; no row has such an identifier.
  }
  return { page: page || "map", id, query: new URLSearchParams(query) };
}

/** What goes along from page to page: filters of events and the look of the map. The rest belongs to one page alone. */
const KEPT = new Set(["from", "to", "q", "type", "evidence", "camp", "gov", "actor", "scope", "colour", "names", "hide"]);

/** What is kept now; on the console, whose `q` is SQL, what was kept before it was opened. */
let kept: [string, string][] = [];

/** The address of a page, with the filters that hold now unless a query is given. */
export function href(page: string, id = "", query?: URLSearchParams | Record<string, string>): string {
  const params = new URLSearchParams(query ?? (page === "sql" ? {} : kept)).toString();
  const path = id ? `${page}/${encodeURIComponent(id)}` : page;
  return `#/${path}${params ? `?${params}` : ""}`;
}

export const route = signal<Route>(parse(location.hash));

/** The part of a page that may have its own scrolling. */
const PART = ".results";
interface Depth { page: number; part: number }
const TOP: Depth = { page: 0, part: 0 };

/** How far down the reader had come on pages left behind, and whether a page is come back to. */
const left = new Map<string, Depth>();
let followed = false;
addEventListener("click", (event) => {
  followed = event.target instanceof Element && event.target.closest('a[href^="#/"]') !== null;
}, { capture: true });

/** How far down a page begins: at its top if a link led there, where it was left if the browser went back. */
let begin = TOP;

/** Bring a page that is new to where it begins. */
export function descend(): void {
  scrollTo(0, begin.page);
  if (begin.part > 0) document.querySelector(PART)?.scrollTo(0, begin.part);
}

let waiting: ReturnType<typeof setTimeout> | 0 = 0;
let hash = location.hash;
addEventListener("hashchange", () => {
  clearTimeout(waiting);
  waiting = 0;
  left.set(hash, { page: scrollY, part: document.querySelector(PART)?.scrollTop ?? 0 });
  hash = location.hash;
  begin = followed ? TOP : (left.get(hash) ?? TOP);
  followed = false;
  route.value = parse(hash);
});
effect(() => {
  const { page, query } = route.value;
  if (page !== "sql") kept = [...query].filter(([name]) => KEPT.has(name));
});

/** Change the query of the address in place: filters are no steps in the browser's history. */
export function replaceQuery(query: URLSearchParams): void {
  const { page, id } = route.peek();
  if (query.toString() === route.peek().query.toString()) return;
  route.value = { page, id, query };
  // What is shown comes first: the address costs the browser milliseconds.
  waiting ||= setTimeout(() => {
    waiting = 0;
    const now = route.peek();
    try {
      history.replaceState(null, "", href(now.page, now.id, now.query));
      hash = location.hash;
    } catch {
      // Browsers refuse many changes within seconds; the next one catches up.
    }
  });
}

/** Set parameters of the address; an empty value takes a parameter away. */
export function setQuery(changes: Record<string, string>): void {
  const query = new URLSearchParams(route.peek().query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  replaceQuery(query);
}

/** The address of a page without filters, in full, for citing and sharing. */
export function permalink(page: string, id = ""): string {
  return new URL(href(page, id, {}), location.href).href;
}
