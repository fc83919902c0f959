/** The editor of the console: CodeMirror in a shadow root, where its styles need no exception of the page's policy. */

import {
  acceptCompletion, autocompletion, type Completion, type CompletionContext, type CompletionResult, closeBrackets,
  closeBracketsKeymap, completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { PostgreSQL, SQLDialect, type SQLNamespace, sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Catalogue, Field, Relation } from "./catalogue";

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--sql-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--sql-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--sql-number)" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--sql-type)" },
  { tag: tags.special(tags.name), color: "var(--sql-number)" },
]);

const LOOK = EditorView.theme({
  "&": { maxHeight: "min(22rem, 50vh)", color: "var(--ink)", backgroundColor: "var(--panel)", fontSize: ".92rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0", minHeight: "6.5rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "0" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent", outline: "1px solid var(--quiet)",
  },
  ".cm-placeholder": { color: "var(--quiet)" },
  ".cm-tooltip": {
    backgroundColor: "var(--panel)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "4px",
    boxShadow: "0 2px 12px rgb(0 0 0 / .2)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: ".85rem", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".1rem .5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal", marginInlineStart: "1rem" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: ".4rem .6rem", maxWidth: "22rem", whiteSpace: "pre-line" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", maxWidth: "40rem", padding: ".4rem .6rem" },
});

const option = (field: Field): Completion => ({
  label: field.name, type: "property", detail: field.type, ...(field.comment && { info: field.comment }),
});

function self({ name, kind, comment }: Relation): Completion {
  return { label: name, type: kind === "table" ? "class" : "interface", detail: kind, info: comment };
}

/** Highlighting and completion by what the database holds, once that is known. */
function language(catalogue: Catalogue | null): Extension {
  if (!catalogue) return sql({ dialect: PostgreSQL });
  const dialect = SQLDialect.define({
    keywords: catalogue.keywords.join(" "),
    types: catalogue.types.join(" "),
    operatorChars: "+-*/<>=~!@#%^&|`?:",
    specialVar: "$",
    caseInsensitiveIdentifiers: true,
  });
  const relations = catalogue.relations.filter((r) => r.kind !== "macro");
  const schema: Record<string, SQLNamespace> = {};
  for (const name of new Set(relations.map((r) => r.schema))) {
    const of = relations.filter((r) => r.schema === name);
    schema[name] = Object.fromEntries(of.map((r) => [r.name, { self: self(r), children: r.fields.map(option) }]));
  }
  const calls: Completion[] = [
    ...catalogue.relations.filter((r) => r.kind === "macro").map((r): Completion => ({
      label: r.name, type: "function", detail: `(${r.fields.map((f) => f.name).join(", ")})`, info: r.comment, boost: 1,
      apply: `${r.name}(`,
    })),
    ...catalogue.functions.map((f): Completion => ({
      label: f.name, type: "function", apply: `${f.name}(`, boost: -1, ...(f.comment && { info: f.comment }),
    })),
  ];
  /** Columns of the tables that the text names, macros, and functions. */
  const names = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w]+/);
    if (!word || context.state.sliceDoc(word.from - 1, word.from) === ".") return null;
    const words = new Set(context.state.doc.toString().toLowerCase().match(/\w+/g));
    const columns = new Map<string, Completion>();
    for (const relation of relations)
      if (words.has(relation.name)) for (const field of relation.fields) columns.set(field.name, { ...option(field), boost: 2 });
    return { from: word.from, options: [...columns.values(), ...calls], validFor: /^\w*$/ };
  };
  return [
    sql({ dialect, schema, defaultSchema: "main" }),
    dialect.language.data.of({ autocomplete: names }),
  ];
}

export class Editor {
  private readonly view: EditorView;
  private readonly language = new Compartment();

  constructor(host: HTMLElement, text: string, on: { change: (text: string) => void; run: () => void }) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: text,
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (on.run(), true) }])),
          // The editor takes Tab to indent; Escape and then Tab leaves it, which CodeMirror sees to.
          keymap.of([
            ...closeBracketsKeymap, ...completionKeymap, { key: "Tab", run: acceptCompletion },
            ...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab,
          ]),
          lineNumbers(), history(), drawSelection(), highlightSpecialChars(), bracketMatching(), closeBrackets(),
          autocompletion({ icons: false }), indentUnit.of("  "), EditorView.lineWrapping, LOOK,
          syntaxHighlighting(COLOURS), placeholder("select … from …"),
          this.language.of(language(null)),
          EditorView.contentAttributes.of({
            "aria-label": "SQL", tabindex: "0", spellcheck: "false", autocapitalize: "off",
            "aria-description": "Control or Command with Enter runs the query. Tab indents; Escape and then Tab leaves the editor.",
          }),
          // Typed over a selection, Chromium's own editing would style the text in place, against the page's policy.
          EditorView.domEventHandlers({
            beforeinput: ({ inputType, data }, view) => {
              if (inputType !== "insertText" || !data || /^[()[\]{}'"]$/.test(data) || view.state.selection.main.empty) return false;
              view.dispatch({ ...view.state.replaceSelection(data), userEvent: "input.type", scrollIntoView: true });
              return true;
            },
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) on.change(this.text);
          }),
        ],
      }),
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** What is selected; with nothing selected, the whole text. With it where it begins. */
  get chosen(): { text: string; from: number } {
    const { from, to } = this.view.state.selection.main;
    return from === to ? { text: this.text, from: 0 } : { text: this.view.state.sliceDoc(from, to), from };
  }

  /** Write text where the cursor is. */
  insert(text: string): void {
    this.view.dispatch(this.view.state.replaceSelection(text));
    this.view.focus();
  }

  /** Underline the word at which there is a fault; null takes the line away. */
  mark(at: number | null, message = ""): void {
    const length = this.view.state.doc.length;
    const from = Math.min(at ?? 0, length);
    const word = this.view.state.wordAt(from);
    const to = Math.max(word?.to ?? from + 1, from + 1);
    const fault = { from, to: Math.min(to, length), severity: "error" as const, message };
    this.view.dispatch(setDiagnostics(this.view.state, at === null ? [] : [fault]));
  }

  complete(catalogue: Catalogue): void {
    this.view.dispatch({ effects: this.language.reconfigure(language(catalogue)) });
  }

  focus(at?: number): void {
    if (at !== undefined) this.view.dispatch({ selection: { anchor: Math.min(at, this.view.state.doc.length) }, scrollIntoView: true });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
