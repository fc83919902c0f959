/** The frame: header, navigation, and the page that the address names. */

import type { ComponentType } from "preact";
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Explore } from "./explore";
import { core } from "./filter";
import { Reload, useTitle } from "./parts";
import { descend, href, route } from "./route";

/** Pages that are loaded when they are first opened. */
const LATER: Record<string, () => Promise<ComponentType<{ id: string }>>> = {
  event: () => import("./entities").then((m) => m.EventPage),
  actor: () => import("./entities").then((m) => m.ActorPage),
  place: () => import("./entities").then((m) => m.PlacePage),
  source: () => import("./entities").then((m) => m.SourcePage),
  quote: () => import("./entities").then((m) => m.QuotePage),
  actors: () => import("./lists").then((m) => m.ActorsPage),
  places: () => import("./lists").then((m) => m.PlacesPage),
  sources: () => import("./lists").then((m) => m.SourcesPage),
  quotes: () => import("./lists").then((m) => m.QuotesPage),
  sql: () => import("./console").then((m) => m.ConsolePage),
  about: () => import("./about").then((m) => m.AboutPage),
};

const NAV: [string, string][] = [
  ["map", "Explore"],
  ["actors", "Actors"],
  ["places", "Places"],
  ["sources", "Sources"],
  ["quotes", "Quotes"],
  ["sql", "SQL"],
  ["about", "About"],
];

const loaded = signal<Record<string, ComponentType<{ id: string }>>>({});
const failed = signal<string | null>(null);
/** Why the data could not be loaded. */
export const failure = signal<string | null>(null);

function Later({ page, id }: { page: string; id: string }) {
  const Page = loaded.value[page];
  useEffect(() => {
    if (loaded.peek()[page]) return;
    failed.value = null;
    LATER[page]!().then(
      (component) => {
        loaded.value = { ...loaded.peek(), [page]: component };
      },
      (error: Error) => {
        failed.value = error.message;
      },
    );
  }, [page]);
  if (Page) return <Page id={id} />;
  if (failed.value) return <p role="alert">This page could not be loaded. {failed.value} <Reload /></p>;
  return <p role="status">Loading…</p>;
}

function Unknown({ page }: { page: string }) {
  useTitle("Not found");
  return (
    <>
      <h1>There is no page <q>{page}</q></h1>
      <p>The address may be old, or was not copied in full. <a href={href("map")}>To the map</a></p>
    </>
  );
}

function Page() {
  const { page, id } = route.value;
  if (page === "map") return <Explore />;
  if (Object.hasOwn(LATER, page)) return <div class="page"><Later page={page} id={id} /></div>;
  return <div class="page"><Unknown page={page} /></div>;
}

export function App() {
  const c = core.value;
  const main = useRef<HTMLElement>(null);
  const { page, id } = route.value;
  const first = useRef(true);
  // A new page begins at its top, for eyes and for screen readers; one come back to, where it was left.
  useEffect(() => {
    if (first.current) first.current = false;
    else {
      main.current?.focus({ preventScroll: true });
      descend();
    }
  }, [page, id]);
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>Skip to the content</a>
      <header class="top">
        <a class="title" href={href("map", "", {})} title={c?.package.title}>{c?.package.title.split(": ")[0] ?? "Explorer"}</a>
        {c && <span class="version">{c.package.version}</span>}
        <nav aria-label="Pages">
          <ul>
            {NAV.map(([name, label]) => (
              <li key={name}>
                <a href={href(name)} aria-current={page === name ? "page" : undefined}>{label}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1} aria-busy={c || failure.value ? undefined : true}>
        {c ? <Page />
          : failure.value ? <p role="alert">The data could not be loaded. {failure.value} <Reload /></p>
          : <p role="status">Loading…</p>}
      </main>
    </>
  );
}
