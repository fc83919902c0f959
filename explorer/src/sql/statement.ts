/** What is typed, made into one statement that the engine runs: parameters filled in, all cells as texts. */

/** A fault of the SQL; `at` is where in the text that was typed, if it is known. */
export class QueryError extends Error {
  readonly at: number | null;

  constructor(message: string, at: number | null = null) {
    super(message);
    this.at = at;
  }
}

/** Words that a statement which reads begins with; anything else is refused by its name. */
const READS = new Set(["select", "from", "with", "values", "table", "pivot", "unpivot", "describe", "desc", "show", "summarize", "explain"]);

// Strings, quoted names and comments are passed over; `;`, $parameters and words are what is looked for.
const PIECES = new RegExp(
  [
    String.raw`\$(\w*)\$[\s\S]*?(?:\$\1\$|$)`,
    String.raw`\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)`,
    String.raw`'(?:[^']|'')*(?:'|$)`,
    String.raw`"(?:[^"]|"")*(?:"|$)`,
    String.raw`--[^\n]*`,
    String.raw`\/\*[\s\S]*?(?:\*\/|$)`,
    String.raw`(?<parameter>\$[a-zA-Z_]\w*)`,
    String.raw`(?<end>;)`,
    String.raw`(?<other>[\w$]+|[^\s\w])`,
  ].join("|"),
  "g",
);

/** The names of the parameters in SQL, such as `day` for `$day`, in the order in which they come. */
export function parameters(sql: string): string[] {
  const names = [...sql.matchAll(PIECES)].flatMap((m) => m.groups!.parameter?.slice(1) ?? []);
  return [...new Set(names)];
}

/** What a typed value says: an integer, a number, a day, a truth value, or else the text. */
export function literal(value: string): string {
  if (/^(0|-?[1-9][0-9]{0,17}|-?(0|[1-9][0-9]*)\.[0-9]+|true|false)$/.test(value)) return value;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  return `${day ? "DATE " : ""}'${value.replaceAll("'", "''")}'`;
}

export class Statement {
  readonly explains: boolean;
  private readonly text: string;
  private readonly sql: string;
  /** Where pieces of the SQL begin, and where they come from in the text. */
  private readonly origins: [number, number][] = [[0, 0]];

  /** Throws QueryError unless the text is one statement that reads, and its parameters have values. */
  constructor(text: string, values: Record<string, string>) {
    this.text = text;
    let sql = "";
    let from = 0;
    let end = text.length;
    let first: string | null = null;
    for (const match of text.matchAll(PIECES)) {
      const { parameter, end: semicolon, other } = match.groups!;
      if (semicolon) {
        end = Math.min(end, match.index);
        continue;
      }
      const comment = /^(--|\/\*)/.test(match[0]);
      if (end < text.length && !comment)
        throw new QueryError("One statement at a time: remove what follows the semicolon, or select a part to run.", match.index);
      if (other && first === null && other !== "(") {
        first = other.toLowerCase();
        if (!READS.has(first))
          throw new QueryError(`The console reads the release and changes nothing: a query begins with SELECT, FROM, WITH, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN, not with ${other.slice(0, 40)}.`, match.index);
      }
      if (parameter) {
        const name = parameter.slice(1);
        if (!Object.hasOwn(values, name)) throw new QueryError(`The parameter ${parameter} has no value.`, match.index);
        sql += text.slice(from, match.index);
        this.origins.push([sql.length, match.index]);
        sql += literal(values[name]!);
        from = match.index + parameter.length;
        this.origins.push([sql.length, from]);
      }
    }
    if (first === null) throw new QueryError("There is no query.");
    this.sql = sql + text.slice(from, end);
    this.explains = first === "explain";
  }

  /** SQL around the statement: what is sent to the engine. */
  within(before: string, after: string): string {
    return before + this.sql + after;
  }

  /** Where in the typed text a byte of `within(before, …)` comes from. */
  origin(before: string, byte: number): number {
    const bytes = new TextEncoder().encode(this.within(before, ""));
    const at = new TextDecoder().decode(bytes.subarray(0, byte)).length - before.length;
    const [start, from] = this.origins.findLast(([start]) => start <= at) ?? [0, 0];
    return Math.max(0, Math.min(from + at - start, this.text.length));
  }
}
