/** Types of DuckDB, and what their values look like. */

export const isNumber = (type: string) =>
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BIGNUM)$/.test(type);

export const isTime = (type: string) => /^(DATE|TIMESTAMP.*)$/.test(type);

/** A type, short enough for the head of a column: of nested types and enumerations only the kind. */
export function typeName(type: string): string {
  const list = type.match(/(\[\d*\])+$/)?.[0] ?? "";
  const bare = type.slice(0, type.length - list.length);
  const kind = bare.startsWith("DECIMAL") ? bare : bare.replace(/\(.*\)$/s, "");
  return (kind === "TIMESTAMP WITH TIME ZONE" ? "TIMESTAMPTZ" : kind).toLowerCase() + list;
}
