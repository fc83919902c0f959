/** What the release's database holds: tables, views, macros, and the words of the engine. */

import type { AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";

export interface Field {
  name: string;
  type: string;
  comment: string;
}

export interface Relation {
  schema: string;
  name: string;
  kind: "table" | "view" | "macro";
  comment: string;
  /** Columns; of a macro its parameters. */
  fields: Field[];
}

export interface Catalogue {
  version: string;
  relations: Relation[];
  functions: { name: string; comment: string }[];
  keywords: string[];
  types: string[];
}

const RELATIONS = `
  SELECT schema_name, table_name AS name, 'table' AS kind, coalesce(comment, '') AS comment
  FROM duckdb_tables() WHERE database_name = 'release' AND NOT internal
  UNION ALL
  SELECT schema_name, view_name, 'view', coalesce(comment, '')
  FROM duckdb_views() WHERE database_name = 'release' AND NOT internal
  ORDER BY ALL`;

const FIELDS = `
  SELECT schema_name, table_name, column_name, data_type, coalesce(comment, '') AS comment
  FROM duckdb_columns() WHERE database_name = 'release' AND NOT internal
  ORDER BY schema_name, table_name, column_index`;

const MACROS = `
  SELECT schema_name, function_name AS name, any_value(coalesce(comment, '')) AS comment,
    array_to_string(any_value(parameters), ', ') AS parameters
  FROM duckdb_functions() WHERE database_name = 'release' AND NOT internal
  GROUP BY ALL ORDER BY ALL`;

const FUNCTIONS = `
  SELECT function_name AS name, coalesce(any_value(description), '') AS comment
  FROM duckdb_functions() WHERE internal AND function_name SIMILAR TO '[a-z][a-z0-9_]*'
    AND function_type IN ('scalar', 'aggregate', 'macro')
  GROUP BY ALL ORDER BY ALL`;

// Most words that are not reserved, such as day or role, are rather names of columns.
const KEYWORDS = `
  SELECT DISTINCT keyword_name AS word FROM duckdb_keywords()
  WHERE keyword_category IN ('reserved', 'type_function') OR keyword_name IN (
    'between', 'current', 'exclude', 'exists', 'explain', 'filter', 'following', 'materialized', 'nulls', 'over',
    'partition', 'preceding', 'recursive', 'replace', 'rows', 'unbounded', 'values', 'within')
  ORDER BY ALL`;

export async function catalogue(con: AsyncDuckDBConnection): Promise<Catalogue> {
  const rows = async (sql: string) =>
    (await con.query(sql)).toArray().map((row) => row.toJSON() as Record<string, string>);
  const key = (schema: string, name: string) => JSON.stringify([schema, name]);
  const fields = new Map<string, Field[]>();
  for (const row of await rows(FIELDS)) {
    const name = key(row.schema_name!, row.table_name!);
    const list = fields.get(name) ?? [];
    list.push({ name: row.column_name!, type: row.data_type!, comment: row.comment! });
    fields.set(name, list);
  }
  const relations = (await rows(RELATIONS)).map((row): Relation => ({
    schema: row.schema_name!,
    name: row.name!,
    kind: row.kind as Relation["kind"],
    comment: row.comment!,
    fields: fields.get(key(row.schema_name!, row.name!)) ?? [],
  }));
  const macros = (await rows(MACROS)).map((row): Relation => ({
    schema: row.schema_name!,
    name: row.name!,
    kind: "macro",
    comment: row.comment!,
    fields: row.parameters!.split(", ").filter(Boolean).map((name) => ({ name, type: "", comment: "" })),
  }));
  const words = async (sql: string) => (await rows(sql)).map((row) => row.word!);
  return {
    version: (await rows("SELECT version() AS version"))[0]!.version!,
    relations: [...relations, ...macros],
    functions: (await rows(FUNCTIONS)).map((row) => ({ name: row.name!, comment: row.comment! })),
    keywords: await words(KEYWORDS),
    types: await words("SELECT DISTINCT lower(type_name) AS word FROM duckdb_types() WHERE type_name SIMILAR TO '[A-Za-z][A-Za-z0-9_]*' ORDER BY ALL"),
  };
}
