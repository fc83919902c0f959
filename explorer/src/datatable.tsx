/** A table of rows, sorted by any column, in pages, and as CSV; order and page are kept in the address. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { core } from "./filter";
import { csv, download, number } from "./format";
import { route, setQuery } from "./route";
import type { Cell } from "./types";

const SIZE = 50;

export interface Column<T> {
  name: string;
  title: string;
  /** What the column is sorted by. */
  value: (row: T) => string | number | null;
  /** What a cell shows, if not the value. */
  cell?: (row: T) => ComponentChildren;
  /** Whether the largest come first. */
  down?: boolean;
  /** What the title means. */
  meaning?: string;
}

interface Props<T> {
  /** Name of the table in the name of the CSV file. */
  name: string;
  caption: string;
  rows: T[];
  id: (row: T) => string;
  columns: Column<T>[];
  /** The column that names the row: the header of the row. */
  head: string;
  /** The order if the address gives none: `name`, or `-name` for the reverse. */
  order: string;
  /** Fields of the CSV file, the identifier first. */
  fields: Record<string, (row: T) => Exclude<Cell, unknown[]>>;
  /** What can be done if there are no rows. */
  none?: ComponentChildren;
}

function compare(a: string | number | null, b: string | number | null, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1; // what is empty comes last
  const c = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
  return down ? -c : c;
}

const collator = new Intl.Collator("en");

export function DataTable<T>({ name, caption, rows, id, columns, head, order, fields, none }: Props<T>) {
  const query = route.value.query;
  const asked = query.get("sort") ?? order;
  const known = columns.some((c) => c.name === asked.replace(/^-/, ""));
  const sort = known ? asked : order;
  const down = sort.startsWith("-");
  const column = columns.find((c) => c.name === sort.replace(/^-/, ""))!;
  const sorted = useMemo(
    () => rows
      .map((row) => ({ row, key: column.value(row), id: id(row) }))
      .sort((a, b) => compare(a.key, b.key, down) || (a.id < b.id ? -1 : 1))
      .map(({ row }) => row),
    [rows, sort],
  );
  const pages = Math.max(1, Math.ceil(sorted.length / SIZE));
  const page = Math.max(1, Math.min(pages, Math.trunc(Number(query.get("page"))) || 1));
  const turn = (to: number) => setQuery({ page: to > 1 ? String(to) : "" });
  const arrange = (c: Column<T>) => {
    const next = c.name === column.name ? !down : (c.down ?? false);
    const text = `${next ? "-" : ""}${c.name}`;
    setQuery({ sort: text === order ? "" : text, page: "" });
  };
  const save = () => {
    const { name: dataset, version } = core.peek()!.package;
    const text = csv(Object.keys(fields), sorted.map((row) => Object.values(fields).map((field) => field(row))));
    download(`${dataset}-${version}-${name}.csv`, text);
  };
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label={caption}>
        <table class={`data ${name}`}>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map((c) => (
                <th key={c.name} scope="col" class={c.name} aria-sort={c === column ? (down ? "descending" : "ascending") : undefined}>
                  <button type="button" title={c.meaning} onClick={() => arrange(c)}>{c.title}</button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {/* Rows without keys: other rows take over the elements, which is quicker than making new ones. */}
            {sorted.slice((page - 1) * SIZE, page * SIZE).map((row) => (
              <tr>
                {columns.map((c) => {
                  const content = c.cell ? c.cell(row) : c.value(row);
                  return c.name === head
                    ? <th key={c.name} scope="row" class={c.name}>{content}</th>
                    : <td key={c.name} class={c.name} data-title={c.title}>{content}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p class="none">Nothing passes the filters. {none}</p>}
      <div class="pager">
        {pages > 1 && (
          <>
            <button type="button" disabled={page === 1} onClick={() => turn(page - 1)}>Previous</button>
            <span role="status">{number((page - 1) * SIZE + 1)} – {number(Math.min(page * SIZE, sorted.length))} of {number(sorted.length)}</span>
            <button type="button" disabled={page === pages} onClick={() => turn(page + 1)}>Next</button>
          </>
        )}
        <button type="button" onClick={save} disabled={rows.length === 0}>Download as CSV</button>
      </div>
    </>
  );
}
