/**
 * DuckDB, in a worker of its own: fetched, opened on the release, and locked before any SQL of a user.
 *
 * The worker is made from a blob, so that it is under the page's policy: the browser itself refuses
 * requests to other origins. DuckDB is locked besides: it opens no files, reaches no network, loads
 * no extensions and takes no settings.
 */

import { AsyncDuckDB, type AsyncDuckDBConnection, VoidLogger } from "@duckdb/duckdb-wasm";
import { signal } from "@preact/signals";
import { type Catalogue, catalogue as readCatalogue } from "./catalogue";
import { QueryError, Statement } from "./statement";

/** How long a query may take, in milliseconds. */
export const PATIENCE = 60_000;
/** What is kept of a result. */
export const MOST_ROWS = 1_000_000;
const MOST_BYTES = 200_000_000;
const MEMORY = "1GB";

export interface Progress {
  got: number;
  /** Bytes in all; null if the host does not say. */
  all: number | null;
}

export type State =
  | { is: "loading"; progress: Progress }
  | { is: "starting"; why: string }
  | { is: "ready" }
  | { is: "running"; since: number }
  | { is: "failed"; why: string };

export const state = signal<State>({ is: "loading", progress: { got: 0, all: null } });
export const catalogue = signal<Catalogue | null>(null);

export interface Column {
  name: string;
  /** The type as DuckDB calls it. */
  type: string;
}

export interface Result {
  /** Another for each result. */
  id: number;
  columns: Column[];
  rows: number;
  /** Why rows are missing; null if none are. */
  cut: string | null;
  milliseconds: number;
  /** A cell as DuckDB writes it; null for NULL. */
  cell: (row: number, column: number) => string | null;
}

interface Parts {
  worker: Blob;
  wasm: Blob;
  database: Blob;
}

interface Engine {
  db: AsyncDuckDB;
  con: AsyncDuckDBConnection;
  worker: Worker;
}

/** The query was cancelled, or the engine failed; it has been started again. */
export class Stopped extends Error {}

let parts: Promise<Parts> | null = null;
let engine: Promise<Engine> | null = null;
let results = 0;
/** Ends the query that runs. */
let abort: ((why: Stopped) => void) | null = null;

async function fetchPart(
  path: string, type: string, signal: AbortSignal, tell: (got: number, all: number | null) => void,
): Promise<Blob> {
  const response = await fetch(path, { signal });
  if (!response.ok || !response.body) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  const length = response.headers.get("Content-Encoding") ? null : response.headers.get("Content-Length");
  const all = length === null ? null : Number(length);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let got = 0;
  tell(got, all);
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    got += value.length;
    tell(got, all);
  }
  // A static host may serve the file as it lies there, or inflate it itself.
  const blob = new Blob(chunks, { type });
  const magic = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return blob;
  const inflated = blob.stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(inflated, { headers: { "Content-Type": type } }).blob();
}

async function fetchParts(database: string): Promise<Parts> {
  const told = new Map<string, [number, number | null]>();
  const stop = new AbortController();
  const fetched = (path: string, type: string) =>
    fetchPart(path, type, stop.signal, (got, all) => {
      told.set(path, [got, all]);
      const numbers = [...told.values()];
      const known = numbers.length === 3 && numbers.every(([, n]) => n !== null);
      const progress = {
        got: numbers.reduce((sum, [n]) => sum + n, 0),
        all: known ? numbers.reduce((sum, [, n]) => sum + n!, 0) : null,
      };
      state.value = { is: "loading", progress };
    });
  try {
    const [worker, wasm, data] = await Promise.all([
      fetched("duckdb-worker.js.gz", "text/javascript"),
      fetched("duckdb-eh.wasm.gz", "application/wasm"),
      fetched(database, "application/octet-stream"),
    ]);
    return { worker, wasm, database: data };
  } catch (error) {
    stop.abort(); // the others
    throw error;
  }
}

async function open({ worker: script, wasm, database }: Parts): Promise<Engine> {
  const urls = [URL.createObjectURL(script), URL.createObjectURL(wasm)] as const;
  const worker = new Worker(urls[0]);
  try {
    const db = new AsyncDuckDB(new VoidLogger(), worker);
    const broken = new Promise<never>((_, reject) => {
      worker.onerror = (event) => reject(new Error(event.message || "The worker could not be started."));
    });
    const opened = async () => {
      await db.instantiate(urls[1]);
      await db.open({ query: {} });
      await db.registerFileBuffer("release.duckdb", new Uint8Array(await database.arrayBuffer()));
      const con = await db.connect();
      await con.query("ATTACH 'release.duckdb' AS release (READ_ONLY)");
      await con.query("USE release");
      catalogue.value ??= await readCatalogue(con);
      for (const setting of [
        "errors_as_json = true",
        `memory_limit = '${MEMORY}'`,
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "allow_community_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
      ])
        await con.query(`SET ${setting}`);
      return { db, con, worker };
    };
    return await Promise.race([opened(), broken]);
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    urls.forEach((url) => URL.revokeObjectURL(url));
  }
}

/** Start the engine on a database, unless it runs. */
export function start(database: string, why = "Starting the engine"): Promise<Engine> {
  engine ??= (async () => {
    try {
      parts ??= fetchParts(database);
      const loaded = await parts;
      state.value = { is: "starting", why };
      const opened = await open(loaded);
      opened.worker.onerror = (event) => void restart(database, `The engine failed and is started again. ${event.message}`);
      state.value = { is: "ready" };
      return opened;
    } catch (error) {
      engine = parts = null;
      state.value = { is: "failed", why: (error as Error).message };
      throw error;
    }
  })();
  return engine;
}

/** End the engine with what it does, and start another. */
async function restart(database: string, why: string): Promise<void> {
  const old = engine;
  engine = null;
  abort?.(new Stopped(why));
  abort = null;
  (await old?.catch(() => null))?.worker.terminate();
  await start(database, "Starting the engine again").catch(() => null);
}

export async function cancel(database: string): Promise<void> {
  if (abort) await restart(database, "The query was cancelled; the engine is started again.");
}

/** Run one statement that reads. Throws QueryError or Stopped. */
export async function run(database: string, text: string, values: Record<string, string>): Promise<Result> {
  const statement = new Statement(text, values);
  const { con } = await start(database);
  const began = performance.now();
  state.value = { is: "running", since: Date.now() };
  const stopped = new Promise<never>((_, reject) => {
    abort = reject;
  });
  const late = setTimeout(
    () => void restart(database, `The query was stopped after ${PATIENCE / 1000} seconds; the engine is started again.`),
    PATIENCE,
  );
  try {
    const result = await Promise.race([execute(con, statement, began), stopped]);
    state.value = { is: "ready" };
    return result;
  } catch (error) {
    if (error instanceof Stopped) throw error;
    // After most faults of a query the engine is sound; after some, such as exhausted memory, it is not.
    const sound = await Promise.race([con.query("SELECT 1").then(() => true, () => false), stopped]);
    if (error instanceof QueryError && sound) {
      state.value = { is: "ready" };
      throw error;
    }
    const why = `The engine failed and is started again. ${(error as Error).message}`;
    void restart(database, why);
    throw new Stopped(why);
  } finally {
    clearTimeout(late);
    abort = null;
  }
}

async function execute(con: AsyncDuckDBConnection, statement: Statement, began: number): Promise<Result> {
  const explained = { columns: ["explain_key", "explain_value"].map((name) => ({ name, type: "VARCHAR" })) };
  const { columns } = statement.explains ? explained : await describe(con, statement);
  // DuckDB makes texts of all cells: no type of Arrow or JavaScript loses digits, zones or enumerations.
  const cells = columns.map((_, i) => `CAST(#${i + 1} AS VARCHAR)`).join(", ");
  const before = statement.explains ? "" : `SELECT ${cells} FROM (\n`;
  return explaining(statement, before, async () => {
    const reader = await con.send(statement.within(before, statement.explains ? "" : "\n)"), true);
    const batches: { from: number; batch: Batch }[] = [];
    let rows = 0;
    let bytes = 0;
    let cut: string | null = null;
    for await (const batch of reader) {
      bytes += batch.data.byteLength;
      if (bytes > MOST_BYTES) cut = `${MOST_BYTES / 1e6} MB`;
      else {
        if (batch.numRows) batches.push({ from: rows, batch });
        rows += batch.numRows;
        if (rows > MOST_ROWS) cut = `${MOST_ROWS.toLocaleString("en")} rows`;
      }
      if (cut) break;
    }
    if (cut) await con.cancelSent();
    rows = Math.min(rows, MOST_ROWS);
    const cell = (row: number, column: number) => {
      const { from, batch } = batches.findLast((b) => b.from <= row)!;
      return (batch.getChildAt(column)!.get(row - from) as string | null) ?? null;
    };
    return { id: ++results, columns, rows, cut, milliseconds: performance.now() - began, cell };
  });
}

interface Batch {
  numRows: number;
  getChildAt(column: number): { get(row: number): unknown } | null;
}

async function describe(con: AsyncDuckDBConnection, statement: Statement): Promise<{ columns: Column[] }> {
  const before = "DESCRIBE SELECT * FROM (\n";
  return explaining(statement, before, async () => {
    const rows = await con.query(statement.within(before, "\n)"));
    return { columns: rows.toArray().map((r) => ({ name: String(r.column_name), type: String(r.column_type) })) };
  });
}

/** Turn what DuckDB says of a fault into a message and a place in the text that was typed. */
async function explaining<T>(statement: Statement, before: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = faultOf((error as Error).message);
    if (!fault || /^(fatal|internal)$/i.test(fault.exception_type ?? "")) throw error;
    const at = fault.position === undefined ? null : statement.origin(before, Number(fault.position));
    throw new QueryError(`${fault.exception_type} error: ${advice(fault.exception_message ?? "")}`, at);
  }
}

/** A fault of a query: JSON, of the parser JSON within JSON, of some faults after its kind. Null for other errors. */
function faultOf(message: string): Record<string, string> | null {
  const [, kind, rest = ""] = /^(?:([A-Z][\w ]*) Error: )?(.*)$/s.exec(message)!;
  const told = rest.startsWith("{") ? parsed(rest) : null;
  if (told) return { ...told, ...faultOf(told.exception_message ?? "") };
  return kind === undefined ? null : { exception_type: kind, exception_message: rest };
}

function parsed(json: string): Record<string, string> | null {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch {
    return null;
  }
}

/** The message without advice that the console cannot follow. */
function advice(message: string): string {
  const end = message.search(/\n\nPlease try installing|\nDatabase is launched in in-memory mode/);
  return end < 0 ? message : message.slice(0, end) + (message.includes("extension") ? "\nExtensions of DuckDB are not part of this page." : "");
}
