/** The SQL console: editor, questions, tables, and the result of a query on the release's database. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fetchJson } from "./data";
import { core } from "./filter";
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

function addressed(): { sql: string; values: Record<string, string> } | null {
  const query = route.peek().query;
  const sql = query.get("q");
  const values = [...query].flatMap(([name, value]) => (name.startsWith(MARK) ? [[name.slice(1), value]] : []));
  return sql === null ? null : { sql, values: Object.fromEntries(values) as Record<string, string> };
}

// What was typed, run and answered is kept, in memory alone, while the reader looks at other pages.
const kept: { sql: string | null; values: Record<string, string>; runs: Run[]; questions: Question[] | null } = {
  sql: null, values: {}, runs: [], questions: null,
};

export function ConsolePage() {
  const { database, name, version } = core.value!.package;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const text = useSignal("");
  const values = useSignal<Record<string, string>>({});
  const questions = useSignal<Question[]>(kept.questions ?? []);
  const question = useSignal<Question | null>(null);
  const result = useSignal<Result | null>(null);
  const fault = useSignal<{ message: string; line: number | null; at: number | null } | null>(null);
  const runs = useSignal<Run[]>(kept.runs);
  const copied = useSignal(false);
  /** The query that this page put into the address itself. */
  const own = useRef("");

  const execute = async () => {
    const view = editor.current;
    if (!view || state.peek().is === "running") return;
    const { text: sql, from } = view.chosen;
    const given = Object.fromEntries(
      parameters(sql).flatMap((p) => (values.peek()[p] ? [[p, values.peek()[p]!]] : [])),
    );
    const query = new URLSearchParams({ q: sql });
    for (const [p, value] of Object.entries(given)) query.set(MARK + p, value);
    own.current = query.toString();
    replaceQuery(query);
    view.mark(null);
    fault.value = null;
    copied.value = false;
    let outcome: string;
    try {
      const answer = await run(database.path, sql, given);
      result.value = answer;
      outcome = told(answer);
    } catch (error) {
      const at = error instanceof QueryError && error.at !== null ? error.at + from : null;
      const message = (error as Error).message;
      result.value = null;
      fault.value = { message, at, line: at === null ? null : view.text.slice(0, at).split("\n").length };
      view.mark(at, message);
      outcome = message.split("\n")[0]!;
    }
    runs.value = kept.runs = [{ sql, values: given, outcome }, ...runs.peek()].slice(0, MOST_RUNS);
  };

  const put = (sql: string, given: Record<string, string> = {}, go = true) => {
    values.value = { ...values.peek(), ...given };
    editor.current!.text = sql;
    if (go) void execute();
  };

  const ask = (q: Question) => {
    put(q.sql, q.parameters);
    question.value = q;
  };

  useEffect(() => {
    const view = new Editor(host.current!, "", {
      change: (typed) => {
        text.value = kept.sql = typed;
        question.value = null;
      },
      run: () => void execute(),
    });
    editor.current = view;
    const stop = catalogue.subscribe((known) => known && view.complete(known));
    start(database.path).catch(() => null);
    const listed = kept.questions ? Promise.resolve(kept.questions) : fetchJson<Question[]>("queries.json").catch(() => []);
    const given = addressed();
    if (given) put(given.sql, given.values);
    else if (kept.sql !== null) put(kept.sql, kept.values, false);
    void listed.then((list) => {
      questions.value = kept.questions = list;
      if (!given && kept.sql === null) {
        if (list[0]) ask(list[0]);
        else put("show tables");
      }
    });
    return () => {
      kept.values = values.peek();
      stop();
      view.destroy();
      host.current?.shadowRoot?.replaceChildren();
    };
  }, []);

  // Someone followed a link to another query, or went back to one.
  const query = route.value.query.toString();
  useEffect(() => {
    const given = addressed();
    if (given && query !== own.current && text.peek() !== given.sql) put(given.sql, given.values);
  }, [query]);

  const names = parameters(text.value);
  const busy = state.value.is === "running";
  const copy = async () => {
    await navigator.clipboard.writeText(location.href).then(() => { copied.value = true; }, () => null);
  };
  return (
    <div class="console">
      <aside aria-label="Questions, tables and past queries">
        <details open={WIDE} name="side"><summary>Questions</summary><Questions questions={questions.value} chosen={question.value?.name ?? null} choose={ask} /></details>
        <details name="side"><summary>Tables and views</summary><Holdings catalogue={catalogue.value} insert={(t) => editor.current!.insert(t)} show={put} /></details>
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
          <button type="button" class="main" disabled={busy} onClick={() => void execute()}>Run</button>
          <button type="button" disabled={!busy} onClick={() => void cancel(database.path)}>Cancel</button>
          <button type="button" onClick={() => void copy()}>{copied.value ? "Copied" : "Copy link"}</button>
          <Working result={result.value} retry={() => start(database.path).catch(() => null)} />
          <span class="keys"><kbd>Ctrl</kbd> or <kbd>⌘</kbd> + <kbd>Enter</kbd> runs, <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor</span>
        </div>
        {fault.value && (
          <div class="fault" role="alert">
            <pre>{fault.value.message}</pre>
            {fault.value.line !== null && (
              <button type="button" onClick={() => editor.current!.focus(fault.value!.at!)}>Go to line {fault.value.line}</button>
            )}
          </div>
        )}
        {result.value && <ResultView result={result.value} file={`${name}-${version}-query.csv`} />}
      </div>
    </div>
  );
}
