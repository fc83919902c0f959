/** The result of a query: as a table in pages, as a chart, as CSV. */

import { useState } from "preact/hooks";
import { csv, download, safeUrl } from "../format";
import { href } from "../route";
import { Chart } from "./chart";
import type { Result } from "./engine";
import { isNumber, isTime, typeName } from "./values";

const SIZE = 100;
const MOST_COLUMNS = 200;
const MOST_CHARACTERS = 1_000;

/** Columns of identifiers lead to the page of what they identify. */
const PAGES: Record<string, string> = {
  event_id: "event", actor_id: "actor", location_id: "place", source_id: "source", quote_id: "quote",
};

function Cell({ value, name, type }: { value: string | null; name: string; type: string }) {
  if (value === null) return <td class="null">NULL</td>;
  if (isNumber(type)) return <td class="number">{value}</td>;
  if (isTime(type)) return <td class="time">{value}</td>;
  if (value === "") return <td class="blank" aria-label="empty text" />;
  if (name === "explain_value") return <td class="plan"><pre>{value}</pre></td>;
  const shown = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  const page = Object.hasOwn(PAGES, name) && type === "VARCHAR" ? PAGES[name] : undefined;
  const url = value.length <= 2_000 && /^https?:/.test(value) ? safeUrl(value) : null;
  return (
    <td dir="auto" class={value.length > 60 ? "long" : value.length <= 40 ? "short" : undefined}>
      {page ? <a href={href(page, value)}>{shown}</a>
        : url ? <a href={url} rel="noreferrer noopener">{shown}</a>
        : shown}
    </td>
  );
}

function Rows({ result }: { result: Result }) {
  const [page, turn] = useState(0);
  const pages = Math.max(1, Math.ceil(result.rows / SIZE));
  const from = Math.min(page, pages - 1) * SIZE;
  const to = Math.min(from + SIZE, result.rows);
  const columns = result.columns.slice(0, MOST_COLUMNS);
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label="Rows of the result">
        <table class="rows">
          <caption class="unseen">Result of the query</caption>
          <thead>
            <tr>
              <th scope="col" class="number"><span class="unseen">Row</span></th>
              {columns.map((c, i) => (
                <th key={i} scope="col" class={isNumber(c.type) ? "number" : undefined}>
                  {c.name}<span class="type">{typeName(c.type)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: to - from }, (_, i) => (
              <tr key={from + i}>
                <th scope="row" class="number">{(from + i + 1).toLocaleString("en")}</th>
                {columns.map((c, j) => <Cell key={j} value={result.cell(from + i, j)} name={c.name} type={c.type} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {result.columns.length > MOST_COLUMNS && (
        <p class="note">The first {MOST_COLUMNS} of {result.columns.length} columns are shown. The CSV has all.</p>
      )}
      {pages > 1 && (
        <div class="pager">
          <button type="button" disabled={from === 0} onClick={() => turn(page - 1)}>Previous</button>
          <span>Rows {(from + 1).toLocaleString("en")} to {to.toLocaleString("en")} of {result.rows.toLocaleString("en")}</span>
          <button type="button" disabled={to === result.rows} onClick={() => turn(page + 1)}>Next</button>
        </div>
      )}
    </>
  );
}

export function ResultView({ result, file }: { result: Result; file: string }) {
  const [chart, show] = useState(false);
  const save = () => {
    const rows = Array.from({ length: result.rows }, (_, row) => result.columns.map((_, column) => result.cell(row, column)));
    download(file, csv(result.columns.map((c) => c.name), rows));
  };
  return (
    <section class="outcome" aria-label="Result">
      <div class="bar">
        <div class="switch" role="group" aria-label="Show the result as">
          <button type="button" aria-pressed={!chart} onClick={() => show(false)}>Table</button>
          <button type="button" aria-pressed={chart} onClick={() => show(true)}>Chart</button>
        </div>
        <button type="button" onClick={save}>Download as CSV</button>
        {result.cut && <p class="note">The result is longer: it was cut after {result.cut}, here and in the CSV.</p>}
      </div>
      {chart ? <Chart key={result.id} result={result} /> : <Rows key={result.id} result={result} />}
    </section>
  );
}
