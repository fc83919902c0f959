/** Beside the editor: the questions of the cookbook, what the database holds, and what was run. */

import { useState } from "preact/hooks";
import { by, folded } from "../data";
import { Reload } from "../parts";
import type { Catalogue, Relation } from "./catalogue";

/** A named query of the release, as `toolkit site` writes it to `queries.json`. */
export interface Question {
  name: string;
  title: string;
  /** How to read the answer. */
  description: string;
  group?: string;
  sql: string;
  /** Parameters with the values that they have if none is given. */
  parameters: Record<string, string>;
}

/** A query that was run, kept as long as the page is open. */
export interface Run {
  sql: string;
  values: Record<string, string>;
  outcome: string;
}

function Find({ label, value, change }: { label: string; value: string; change: (text: string) => void }) {
  return <input type="search" aria-label={label} placeholder={label} dir="auto" value={value} onInput={(e) => change(e.currentTarget.value)} />;
}

const matcher = (typed: string) => {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  return (...texts: string[]) => words.every((word) => folded(texts.join(" ")).includes(word));
};

export function Questions({ questions, lost, chosen, choose }: {
  questions: Question[] | null; lost: boolean; chosen: string | null; choose: (question: Question) => void;
}) {
  const [typed, type] = useState("");
  const fits = matcher(typed);
  if (lost) return <p class="note" role="alert">The questions could not be loaded. <Reload /></p>;
  if (!questions) return <p class="note">Loading…</p>;
  if (questions.length === 0) return <p class="note">This release brings no questions along.</p>;
  const found = questions.filter((q) => fits(q.title, q.name, q.group ?? "", q.sql));
  return (
    <>
      <Find label="Find a question" value={typed} change={type} />
      {[...by(found, (q) => q.group ?? "")].map(([group, list]) => (
        <section key={group}>
          {group && <h3>{group}</h3>}
          <ul class="questions">
            {list.map((q) => (
              <li key={q.name}>
                <button type="button" aria-pressed={q.name === chosen} onClick={() => choose(q)}>{q.title}</button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {found.length === 0 && <p class="note">No question has these words.</p>}
    </>
  );
}

/** A name as it is written in SQL. */
const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

function Holding({ relation, open, insert, show }: {
  relation: Relation; open: boolean; insert: (text: string) => void; show: (sql: string) => void;
}) {
  const { schema, name, kind, comment, fields } = relation;
  const full = schema === "main" ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
  const macro = kind === "macro";
  return (
    <details class="relation" open={open}>
      <summary><code>{full}{macro && `(${fields.map((f) => f.name).join(", ")})`}</code></summary>
      {comment && <p dir="auto">{comment}</p>}
      <p class="actions">
        <button type="button" onClick={() => insert(macro ? `${full}(` : full)}>Insert the name</button>
        {!macro && <button type="button" onClick={() => show(`from ${full}\nlimit 100`)}>Show rows</button>}
      </p>
      {!macro && (
        <ul class="fields">
          {fields.map((f) => (
            <li key={f.name}>
              <button type="button" title={f.comment} onClick={() => insert(quoted(f.name))}><code>{f.name}</code></button>
              <span class="type">{f.type.toLowerCase()}</span>
              {f.comment && <p dir="auto">{f.comment}</p>}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

export function Holdings({ catalogue, insert, show }: {
  catalogue: Catalogue | null; insert: (text: string) => void; show: (sql: string) => void;
}) {
  const [typed, type] = useState("");
  if (!catalogue) return <p class="note">They are listed once the database is open.</p>;
  const fits = matcher(typed);
  const found = catalogue.relations.filter((r) => fits(r.name, r.comment, ...r.fields.map((f) => f.name)));
  const groups: [string, (r: Relation) => boolean][] = [
    ["Tables", (r) => r.kind === "table" && r.schema === "main"],
    ["Views", (r) => r.kind === "view"],
    ["Macros", (r) => r.kind === "macro"],
    ["Code lists and the rest", (r) => r.kind === "table" && r.schema !== "main"],
  ];
  return (
    <>
      <Find label="Find a table or column" value={typed} change={type} />
      {groups.map(([title, belongs]) => {
        const list = found.filter(belongs);
        return list.length > 0 && (
          <section key={title}>
            <h3>{title}</h3>
            {list.map((r) => (
              <Holding key={`${r.schema}.${r.name}`} relation={r} open={typed !== "" && found.length <= 3} insert={insert} show={show} />
            ))}
          </section>
        );
      })}
      {found.length === 0 && <p class="note">Nothing has these words.</p>}
    </>
  );
}

export function Past({ runs, again }: { runs: Run[]; again: (run: Run) => void }) {
  if (runs.length === 0) return <p class="note">Queries that were run are listed here until the page is closed. They are stored nowhere.</p>;
  return (
    <ol class="past" reversed>
      {runs.map((run, i) => (
        <li key={runs.length - i}>
          <button type="button" onClick={() => again(run)}><code>{run.sql.length > 240 ? `${run.sql.slice(0, 240)}…` : run.sql}</code></button>
          <span class="note">{run.outcome}</span>
        </li>
      ))}
    </ol>
  );
}
