/** What the page of every row ends with: its history over the releases, how to cite it, how to correct it. */

import { core } from "./filter";
import { dated, safeUrl } from "./format";
import { by } from "./data";
import { WithHistory } from "./detail";
import { Copy, Section } from "./parts";
import { permalink } from "./route";
import type { Change } from "./types";

/** A row of a table, or with `*` at the end every row whose key begins so. */
export type Key = [table: string, key: string];

function said(change: Change) {
  if (change.kind === "added") return "added";
  if (change.kind === "removed") return "removed";
  if (change.kind === "renamed") return <>renamed from <code>{change.before}</code></>;
  return (
    <>
      <code>{change.field}</code>: <del><bdi>{change.before ?? "empty"}</bdi></del> → <ins><bdi>{change.after ?? "empty"}</bdi></ins>
    </>
  );
}

function History({ keys }: { keys: Key[] }) {
  const { releases } = core.value!.package;
  const only = releases[0];
  if (releases.length <= 1)
    return <p>{only ? `This is the first release, version ${dated(only.version, only.date)}` : "This is the first release"}: nothing has changed since.</p>;
  const exact = new Set(keys.map(([table, key]) => `${table}\n${key}`));
  const starts = keys.filter(([, key]) => key.endsWith("*")).map(([table, key]) => `${table}\n${key.slice(0, -1)}`);
  const concerns = ({ table, key }: Change) => {
    const row = `${table}\n${key}`;
    return exact.has(row) || starts.some((start) => row.startsWith(start));
  };
  return (
    <WithHistory>
      {(changes) => {
        const versions = by(changes.filter(concerns), (c) => c.version);
        if (versions.size === 0) return <p>No release has changed it since version {dated(only!.version, only!.date)}.</p>;
        return (
          <ol class="history">
            {releases.toReversed().filter((r) => versions.has(r.version)).map(({ version, date }) => (
              <li key={version}>
                <h3>Version {dated(version, date)}</h3>
                <ul>
                  {versions.get(version)!.map((c, i) => <li key={i}><span class="quiet">{c.table} {c.key}</span> {said(c)}</li>)}
                </ul>
              </li>
            ))}
          </ol>
        );
      }}
    </WithHistory>
  );
}

/** The address at which the row can be corrected, if the release names one. */
function correction(table: string, id: string): string | null {
  const { corrections, repository, version } = core.value!.package;
  const address = corrections ?? repository;
  if (!address) return null;
  const subject = `Correct ${id} of ${table}`;
  const text = `Row ${id} of the table ${table}, version ${version}: ${permalink(route(table), id)}\n\nWhat is wrong, and which source shows it:\n`;
  if (address.startsWith("mailto:"))
    return `${address.split("?")[0]}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text)}`;
  const safe = safeUrl(address);
  if (!safe || !corrections) return safe;
  const url = new URL(safe);
  url.searchParams.set("title", subject);
  url.searchParams.set("body", text);
  return url.href;
}

const PAGES: Record<string, string> = { events: "event", actors: "actor", locations: "place", sources: "source", quotes: "quote" };
const route = (table: string) => PAGES[table] ?? table;

interface Props {
  table: "events" | "actors" | "locations" | "sources" | "quotes";
  id: string;
  title: string;
  /** Rows that belong to this one, and whose changes are changes of it. */
  keys?: Key[];
}

export function Record({ table, id, title, keys = [] }: Props) {
  const { citation } = core.value!.package;
  const address = permalink(route(table), id);
  const text = `“${title}” (${table}, ${id}). In: ${citation} ${address}`;
  const correct = correction(table, id);
  return (
    <footer class="record">
      <Section title="History"><History keys={[[table, id], ...keys]} /></Section>
      <Section title="Cite">
        <p class="citation"><bdi>{text}</bdi></p>
        <Copy text={text} what="citation" />
      </Section>
      <Section title="Correct">
        <p>
          Row <code>{id}</code> of <code>data/{table}.csv</code>.{" "}
          {correct
            ? <>Is something wrong, or missing? <a href={correct} rel="noreferrer noopener external">Tell the maintainers</a>, and name a source.</>
            : "The release names no address for corrections; its contributing guide says how rows are changed."}
        </p>
      </Section>
    </footer>
  );
}
