/** The address says what is shown: `#/event/hama-captured?type=control&to=2024-12-05`. */

import { signal } from "@preact/signals";

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

export function href(page: string, id = "", query: URLSearchParams = route.peek().query): string {
  const params = query.toString();
  const path = id ? `${page}/${encodeURIComponent(id)}` : page;
  return `#/${path}${params ? `?${params}` : ""}`;
}

export const route = signal<Route>(parse(location.hash));
addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

/** Change the query of the address in place: filters are no steps in the browser's history. */
export function replaceQuery(query: URLSearchParams): void {
  const { page, id } = route.peek();
  if (query.toString() === route.peek().query.toString()) return;
  history.replaceState(null, "", href(page, id, query));
  route.value = { page, id, query };
}
