/** Pieces of which the pages of single rows and the lists consist. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { core } from "./filter";
import { mediumDay, number, safeUrl } from "./format";
import { href } from "./route";
import type { Source } from "./types";

/** Name the page in the browser's tab and history. */
export function useTitle(title: string): void {
  useEffect(() => {
    const whole = core.peek()!.package.title;
    document.title = `${title} · ${whole}`;
    return () => { document.title = whole; };
  }, [title]);
}

/** Words of the data in their language and direction. */
export function Words({ text, language }: { text: string; language: string | null }) {
  return <bdi lang={language ?? undefined}>{text}</bdi>;
}

export function Mark({ list, code }: { list: "type" | "evidence" | "camp"; code: string }) {
  return <span class={`mark ${list}-${code}`} aria-hidden="true" />;
}

function Name({ name, arabic }: { name: string; arabic?: string | null | undefined }) {
  return <><bdi>{name}</bdi>{arabic && <> <bdi lang="ar">{arabic}</bdi></>}</>;
}

export function ActorLink({ id, arabic = false }: { id: string; arabic?: boolean }) {
  const actor = core.peek()!.actors.get(id);
  if (!actor) return <bdi>{id}</bdi>;
  return <a href={href("actor", id)}><Name name={actor.name} arabic={arabic ? actor.name_ar : null} /></a>;
}

export function PlaceLink({ id }: { id: string }) {
  const place = core.peek()!.places.get(id);
  return place ? <a href={href("place", id)}><bdi>{place.name}</bdi></a> : <bdi>{id}</bdi>;
}

/** A link that shows a place on the map, whatever filters hold. */
export function OnMap({ place }: { place: string }) {
  return <a class="aside" href={href("map", "", { at: place })}>on the map</a>;
}

export function EventLink({ id }: { id: string }) {
  const event = core.peek()!.event.get(id);
  return event ? <a href={href("event", id)}><bdi>{event.title}</bdi></a> : <bdi>{id}</bdi>;
}

export function SourceLink({ source, id }: { source: Source | undefined; id: string }) {
  return source ? <a href={href("source", id)}><Title source={source} /></a> : <bdi>{id}</bdi>;
}

/** The title of a source. One in brackets is our description, in English, of a page without a title. */
export function Title({ source }: { source: Source }) {
  return <Words text={source.title} language={source.title.startsWith("[") ? "en" : source.language} />;
}

/** What brackets around a name mean, where it has them. */
export function Bracketed({ name, why = "no name of its own is recorded" }: { name: string; why?: string }) {
  if (!name.startsWith("[")) return null;
  return <p class="kicker">In brackets stands a description in the words of this record: {why}.</p>;
}

/** A source in short: who published it, and when. */
export function SourceName({ source, id }: { source: Source | undefined; id: string }) {
  if (!source) return <bdi>{id}</bdi>;
  return <a href={href("source", id)} title={source.title}><bdi>{source.publisher}</bdi>{source.published && `, ${mediumDay(source.published)}`}</a>;
}

/** A link out of the site, if it is one that may be followed; otherwise its text. */
export function Outside({ url, children }: { url: string | null; children: ComponentChildren }) {
  const safe = safeUrl(url);
  return safe ? <a href={safe} rel="noreferrer noopener external" class="outside">{children}</a> : <>{children}</>;
}

/** Items with something between them. */
export function Joined({ items, by = ", " }: { items: ComponentChildren[]; by?: string }) {
  return <>{items.map((item, i) => <span key={i}>{i > 0 && by}{item}</span>)}</>;
}

export type Fact = [term: string, value: ComponentChildren, explanation?: string | null] | null | false;

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) => fact && fact[1] && (
        <div key={fact[0]}>
          <dt>{fact[0]}</dt>
          <dd>{fact[1]}{fact[2] && <small>{fact[2]}</small>}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A code of a list: its title, and what it means. */
export function coded(term: string, list: string, code: string | null): Fact {
  if (code === null) return null;
  const entry = core.peek()!.codes.get(list)?.get(code);
  return [term, entry?.title ?? code, entry?.description ?? null];
}

export function Section({ title, count, children }: { title: string; count?: number; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}{count !== undefined && <span class="n">{number(count)}</span>}</h2>
      {children}
    </section>
  );
}

/** The head of a table of plain columns; those without a title are left out. */
export function Head({ columns }: { columns: (string | false)[] }) {
  return <thead><tr>{columns.map((title) => title !== false && <th key={title} scope="col">{title}</th>)}</tr></thead>;
}

/** The first of many items, and a button for the rest. */
export function More<T>({ items, first = 20, children }: { items: T[]; first?: number; children: (items: T[]) => ComponentChildren }) {
  const all = useSignal(false);
  // What is printed is whole.
  useEffect(() => {
    const whole = () => { all.value = true; };
    addEventListener("beforeprint", whole);
    return () => removeEventListener("beforeprint", whole);
  }, []);
  const some = items.length > first + 5 && !all.value;
  return (
    <>
      {children(some ? items.slice(0, first) : items)}
      {some && <p><button type="button" onClick={() => { all.value = true; }}>Show all {number(items.length)}</button></p>}
    </>
  );
}

export function Copy({ text, what }: { text: string; what: string }) {
  const state = useSignal("");
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => { state.value = "Copied"; },
      () => { state.value = "The browser does not let the page copy; select the text instead."; },
    );
  };
  return <p class="copy"><button type="button" onClick={copy}>Copy the {what}</button> <span role="status">{state.value}</span></p>;
}

/** For what could not be fetched. */
export function Reload() {
  return <button type="button" onClick={() => location.reload()}>Load the page again</button>;
}

export function Missing({ what, id }: { what: string; id: string }) {
  useTitle("Not found");
  return (
    <>
      <h1>This release has no {what} <q>{id}</q></h1>
      <p>It may stand in another release, or have been withdrawn. <a href={href("map")}>To the map</a></p>
    </>
  );
}
