/** The SQL console: editor, questions, tables, and the result of a query on the release's database. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fetchJson } from "./data";
import { core } from "./filter";
import { useTitle } from "./parts";
import { replaceQuery, route } from "./route";
import { Editor } from "./sql/editor";
import { cancel, catalogue, type Result, run, start, state } from "./sql/engine";
import { ResultView } from "./sql/result";
import { Holdings, Past, type Question, Questions, type Run } from "./sql/side";
import { QueryError, parameters } from "./sql/statement";
import { told, Working } from "./sql/working";

const MOST_RUNS = 50;
const WIDE = matchMedia("(min-width: 60rem)").matches;
/** In the address a parameter of the SQL has this before its name. */
const MARK = "$";

interface Asked {
  sql: string;
  values: Record<string, string>;
}

function addressed(): Asked | null {
  const query = route.peek().query;
  const sql = query.get("q");
  const values = [...query].flatMap(([name, value]) => (name.startsWith(MARK) ? [[name.slice(1), value]] : []));
  return sql === null ? null : { sql, values: Object.fromEntries(values) as Record<string, string> };
}

function query({ sql, values }: Asked): URLSearchParams {
  return new URLSearchParams([["q", sql], ...Object.entries(values).map(([name, value]) => [MARK + name, value])]);
}

// What was typed, run and answered is kept, in memory alone, while the reader looks at other pages.
const text = signal("");
const values = signal<Record<string, string>>({});
const questions = signal<Question[] | null>(null);
/** Whether the questions could not be fetched. */
const lost = signal(false);
const question = signal<Question | null>(null);
const result = signal<Result | null>(null);
const fault = signal<{ message: string; line: number | null; at: number | null } | null>(null);
const runs = signal<Run[]>([]);
const copied = signal(false);
const busy = signal(false);

let editor: Editor | null = null;
/** The query that the console itself put into the address. */
let own = "";
/** Another query was asked for while one ran. */
let next = false;

async function execute(): Promise<void> {
  if (!editor) return;
  if (busy.peek()) {
    next = true;
    return;
  }
  busy.value = true;
  const { text: sql, from } = editor.chosen;
  const given = Object.fromEntries(parameters(sql).flatMap((p) => (values.peek()[p] ? [[p, values.peek()[p]!]] : [])));
  const asked = query({ sql, values: given });
  own = asked.toString();
  replaceQuery(asked);
  editor.mark(null);
  fault.value = null;
  copied.value = false;
  let outcome: string;
  try {
    result.value = await run(core.peek()!.package.database.path, sql, given);
    outcome = told(result.value);
  } catch (error) {
    const at = error instanceof QueryError && error.at !== null ? error.at + from : null;
    const message = (error as Error).message;
    result.value = null;
    fault.value = { message, at, line: at === null ? null : text.peek().slice(0, at).split("\n").length };
    editor?.mark(at, message);
    outcome = message.split("\n")[0]!;
  }
  runs.value = [{ sql, values: given, outcome }, ...runs.peek()].slice(0, MOST_RUNS);
  busy.value = false;
  if (next) {
    next = false;
    void execute();
  }
}

/** Write a query into the editor, and run it. */
function put(sql: string, given: Record<string, string> = {}): void {
  values.value = { ...values.peek(), ...given };
  editor!.text = sql;
  void execute();
}

function ask(q: Question): void {
  put(q.sql, q.parameters);
  question.value = q;
}

/** Run the query of the address, unless the console wrote it there. Return whether there is one. */
function follow(): boolean {
  const given = addressed();
  if (given && query(given).toString() !== own) put(given.sql, given.values);
  return given !== null;
}

/** Begin with the query of the address, with what was typed before, or with the first question. */
async function begin(): Promise<void> {
  const fresh = !follow() && text.peek() === "";
  lost.value = false;
  questions.value ??= await fetchJson<Question[]>("queries.json").catch(() => { lost.value = true; return null; });
  if (!fresh || !editor) return;
  const [first] = questions.value ?? [];
  if (first) ask(first);
  else put("show tables");
}

export function ConsolePage() {
  const { database, name, version } = core.value!.package;
  const host = useRef<HTMLDivElement>(null);
  useTitle("SQL");
  useEffect(() => {
    const shown = new Editor(host.current!, text.peek(), {
      change: (typed) => {
        text.value = typed;
        question.value = null;
      },
      run: () => void execute(),
    });
    editor = shown;
    const stop = catalogue.subscribe((known) => known && shown.complete(known));
    start(database.path).catch(() => null);
    void begin();
    return () => {
      editor = null;
      stop();
      shown.destroy();
    };
  }, []);

  // Someone followed a link to another query.
  const address = route.value.query.toString();
  useEffect(() => void follow(), [address]);

  const names = parameters(text.value);
  const copy = () => navigator.clipboard.writeText(location.href).then(() => { copied.value = true; }, () => null);
  return (
    <div class="console">
      <aside aria-label="Questions, tables and past queries">
        <details open={WIDE} name="side"><summary>Questions</summary><Questions questions={questions.value} lost={lost.value} chosen={question.value?.name ?? null} choose={ask} /></details>
        <details name="side"><summary>Tables and views</summary><Holdings catalogue={catalogue.value} insert={(t) => editor!.insert(t)} show={put} /></details>
        <details name="side"><summary>Past queries</summary><Past runs={runs.value} again={(past) => put(past.sql, past.values)} /></details>
      </aside>
      <div class="desk">
        <header>
          <h1>SQL</h1>
          <p>DuckDB {catalogue.value?.version.replace(/^v/, "")} runs in this page on a copy of the release. It reads only, and nothing that you type leaves the page.</p>
        </header>
        {question.value && <p class="question"><strong>{question.value.title}</strong> {question.value.description}</p>}
        <div class="editor" ref={host} />
        {names.length > 0 && (
          <form class="values" aria-label="Values of the parameters" onSubmit={(e) => { e.preventDefault(); void execute(); }}>
            {names.map((p) => (
              <label key={p}>
                <code>${p}</code>{" "}
                <input dir="auto" value={values.value[p] ?? ""} onInput={(e) => { values.value = { ...values.peek(), [p]: e.currentTarget.value }; }} />
              </label>
            ))}
            <button type="submit" class="unseen" tabIndex={-1}>Run</button>
          </form>
        )}
        <div class="bar">
          <button type="button" class="main" disabled={busy.value} onClick={() => void execute()}>Run</button>
          <button type="button" disabled={state.value.is !== "running"} onClick={() => void cancel(database.path)}>Cancel</button>
          {/* Browsers have a clipboard for pages that came safely alone. */}
          {isSecureContext && <button type="button" onClick={() => void copy()}>{copied.value ? "Copied" : "Copy link"}</button>}
          <Working result={result.value} retry={() => start(database.path).catch(() => null)} />
          <span class="keys"><kbd>Ctrl</kbd> or <kbd>⌘</kbd> + <kbd>Enter</kbd> runs, <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor</span>
        </div>
        {fault.value && (
          <div class="fault" role="alert">
            <pre>{fault.value.message}</pre>
            {fault.value.line !== null && (
              <button type="button" onClick={() => editor!.focus(fault.value!.at!)}>Go to line {fault.value.line}</button>
            )}
          </div>
        )}
        {result.value && <ResultView result={result.value} file={`${name}-${version}-query.csv`} />}
      </div>
    </div>
  );
}
