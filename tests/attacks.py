"""SQL that tries to do more than read, and what `toolkit query` must do with each piece of it.

docs/safety.md lists it; `make readme` brings that list up to date.
"""

from __future__ import annotations

from pathlib import Path

# In the SQL, {secret} stands for a file of the user, {json} for another one, {folder} for the
# folder of both, {target} for a file that is not there.
Attacks = dict[str, tuple[str, ...]]

# Each has to end with exit code 2 and a message.
REFUSED: Attacks = {
    "Databases and files": (
        "ATTACH '{target}' AS other",
        "ATTACH '{secret}' AS other (READ_ONLY)",
        "DETACH memory",
        "USE memory",
        "COPY events TO '{target}'",
        "COPY events FROM '{secret}'",
        "COPY (SELECT 1) TO '{target}' (FORMAT parquet)",
        "COPY FROM DATABASE memory TO other",
        "EXPORT DATABASE '{target}'",
        "IMPORT DATABASE '{folder}'",
        "WITH w AS (COPY events TO '{target}') SELECT * FROM w",
        "EXPLAIN COPY events TO '{target}'",
        "EXPLAIN ANALYZE COPY events TO '{target}'",
        "SELECT 1; COPY events TO '{target}'",
        "SELECT 1) TO '{target}' --",
        "SELECT 1) a; COPY events TO '{target}'; SELECT (1",
    ),
    "Reading files": (
        "FROM read_csv('{secret}')",
        "FROM read_csv(['{secret}'])",
        "FROM read_csv('file://{secret}')",
        "FROM read_csv('/dev/stdin')",
        "FROM read_text('{secret}')",
        "FROM read_text('/proc/self/environ')",
        "FROM read_blob('~/secret.csv')",
        "FROM read_json('{json}')",
        "FROM read_ndjson_objects('{json}')",
        "FROM read_parquet('{secret}')",
        "FROM parquet_metadata('{secret}')",
        "FROM parquet_kv_metadata('{secret}')",
        "FROM parquet_schema('{secret}')",
        "FROM read_duckdb('{secret}')",
        "FROM sniff_csv('{secret}')",
        "FROM glob('{folder}/*')",
        "FROM '{secret}'",
        "FROM '{folder}/*.csv'",
        'FROM "{json}"',
        "SELECT (SELECT content FROM read_text('{secret}'))",
        "SELECT * FROM events WHERE note IN (SELECT content FROM read_text('{secret}'))",
        "WITH w AS MATERIALIZED (FROM read_text('{secret}')) FROM w",
        "FROM events, LATERAL (FROM read_text('{secret}'))",
        "SELECT TRY((SELECT content FROM read_text('{secret}')))",
        "DESCRIBE FROM '{secret}'",
        "SUMMARIZE FROM '{secret}'",
        "EXPLAIN FROM read_text('{secret}')",
        "EXPLAIN ANALYZE FROM read_text('{secret}')",
        "PIVOT '{secret}' ON top",
        "UNPIVOT read_text('{secret}') ON content",
    ),
    "The network": (
        "FROM 'http://127.0.0.1:9/secret.csv'",
        "FROM 'https://example.org/secret.parquet'",
        "FROM 's3://bucket/secret.parquet'",
        "FROM read_csv('http://127.0.0.1:9/secret.csv')",
        "FROM read_parquet('hf://datasets/a/b.parquet')",
        "INSTALL httpfs",
        "FORCE INSTALL httpfs FROM community",
        "LOAD httpfs",
        "LOAD '{secret}'",
        "UPDATE EXTENSIONS",
        "FROM duckdb_extensions()",
    ),
    "SQL in texts": (
        "FROM query('COPY events TO ''{target}''')",
        "FROM query('FROM read_text(''{secret}'')')",
        "FROM query('DELETE FROM cells.t0 RETURNING *')",
        "FROM query_table('{secret}')",
        "FROM json_execute_serialized_sql("
        "json_serialize_sql('SELECT * FROM read_text(''{secret}'')'))",
        "PRAGMA json_execute_serialized_sql('{}')",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DEALLOCATE p",
        "EXECUTE IMMEDIATE 'SELECT 1'",
        "CALL pragma_version()",
    ),
    "Settings": (
        "SET enable_external_access = true",
        "SET GLOBAL lock_configuration = false",
        "RESET lock_configuration",
        "RESET enable_external_access",
        "SET VARIABLE x = 1",
        "SET temp_directory = '{target}'",
        "SET profiling_output = '{target}'",
        "SET log_query_path = '{target}'",
        "SET allowed_paths = ['{secret}']",
        "PRAGMA enable_profiling = 'json'",
        "PRAGMA profiling_output = '{target}'",
        "PRAGMA database_list",
        "PRAGMA import_database('{folder}')",
        "EXPLAIN ANALYZE SET threads = 1",
        "FROM enable_profiling(save_location = '{target}')",
        "FROM disable_profiling()",
        "FROM enable_logging()",
        "FROM enable_logging(storage = 'file', storage_path = '{target}')",
        "FROM enable_logging(storage = 'file', storage_config = {'path': '{target}'})",
        "FROM disable_logging()",
    ),
    "Secrets and the environment": (
        "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
        "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
        "DROP SECRET s",
        "FROM which_secret('s3://bucket', 's3')",
        "FROM duckdb_secrets()",
        "FROM duckdb_secrets(redact := false)",
        "SELECT getenv('SECRET')",
    ),
    "Writing": (
        "CREATE TABLE x AS SELECT 1",
        "CREATE TEMP TABLE x AS SELECT 1",
        "CREATE OR REPLACE VIEW events AS SELECT 1",
        "CREATE MACRO f() AS 1",
        "CREATE TYPE x AS ENUM ('a')",
        "CREATE TYPE x AS ENUM (SELECT kind FROM events)",
        "CREATE SEQUENCE x",
        "CREATE SCHEMA x",
        "CREATE INDEX x ON cells.t0 (f0)",
        "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
        "INSERT INTO cells.t0 SELECT * FROM cells.t0",
        "UPDATE cells.t0 SET f0 = 'x'",
        "DELETE FROM cells.t0",
        "MERGE INTO cells.t0 USING events ON true WHEN MATCHED THEN DELETE",
        "TRUNCATE cells.t0",
        "WITH w AS (INSERT INTO cells.t0 SELECT * FROM cells.t0 RETURNING *) SELECT * FROM w",
        "WITH w AS (UPDATE cells.t0 SET f0 = 'x' RETURNING *) SELECT * FROM w",
        "WITH w AS (DELETE FROM cells.t0 RETURNING *) SELECT * FROM w",
        "WITH w AS (DELETE FROM cells.t0 RETURNING *) PIVOT w ON f0",
        "PIVOT (WITH w AS (DELETE FROM cells.t0 RETURNING *) SELECT * FROM w) ON f0",
        "SELECT * FROM (INSERT INTO cells.t0 SELECT * FROM cells.t0 RETURNING *)",
        "EXPLAIN ANALYZE INSERT INTO cells.t0 SELECT * FROM cells.t0",
        "EXPLAIN ANALYZE DELETE FROM cells.t0",
        "CREATE TABLE x AS PIVOT events ON kind",
        "ALTER VIEW events RENAME TO x",
        "COMMENT ON VIEW events IS 'x'",
        "DROP VIEW events",
        "DROP TABLE cells.t0",
        "SELECT nextval('x')",
        "CHECKPOINT",
        "FORCE CHECKPOINT",
        "FROM force_checkpoint()",
        "VACUUM",
        "ANALYZE",
    ),
    "Transactions and several statements": (
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "BEGIN TRANSACTION READ WRITE",
        "COMMIT; DROP VIEW events",
        "SELECT 1; SELECT 2",
    ),
    "The program beneath": (
        "FROM package",
        "FROM session",
        "FROM polars",
        "FROM sys.modules",
        "FROM pandas_scan(0)",
        "FROM arrow_scan(1, 1, 1)",
        "FROM arrow_scan_dumb(1, 1, 1)",
        "FROM python_arrow_scan(1, 1, 1)",
        "FROM python_map_function(1, 2)",
        "FROM pandas_scan(CAST(1 AS POINTER))",
        "FROM seq_scan()",
        "FROM create_external_resource('x')",
        "FROM deregister_external_resource('x')",
        "FROM destroy_external_resource('read_text', '{secret}')",
        ".shell touch {target}",
        "\\copy events to '{target}'",
        "COPY (FROM events) TO PROGRAM 'touch {target}'",
    ),
}

# Each is stopped by the limits of the test: of time, of memory, or of the type.
ENDLESS: tuple[str, ...] = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    "FROM range(1000000000000)",
    "SELECT sum(range) FROM range(1000000000000)",
    "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3",
    "SELECT range FROM range(1000000000000) ORDER BY hash(range)",
    "SELECT list(range) FROM range(10000000000)",
    "SELECT string_agg(repeat('x', 1000), '') FROM range(1000000000)",
    "SELECT repeat('x', 10000000000)",
    "SELECT len(repeat('x', 4000000000)) AS n",
    "SELECT max(x) FROM (SELECT unnest(range(1000000000)) AS x)",
    "SELECT sleep_ms(100000)",
    "EXPLAIN ANALYZE SELECT sum(range) FROM range(1000000000000)",
)

# These run, and change nothing but what ends with the connection.
HARMLESS: tuple[str, ...] = (
    "EXPLAIN SET threads = 1",
    "FROM checkpoint()",
    "FROM truncate_duckdb_logs()",
    "SELECT write_log('x')",
    "SELECT setseed(0.5)",
    "SELECT json_serialize_plan('FROM read_text(''{secret}'')')",
    "FROM register_external_resource('x', 'n', map {'path': '{secret}'})",
    "FROM register_external_resource_type('x', kind := 'y', create_function := 'read_text')",
)


def filled(sql: str, folder: Path, target: Path) -> str:
    """Return the SQL with the paths in it."""
    names = {"secret": folder / "secret.csv", "json": folder / "secret.json", "folder": folder}
    for name, path in (names | {"target": target}).items():
        sql = sql.replace(f"{{{name}}}", str(path))
    return sql


def listed() -> str:
    """Return the lists as Markdown."""
    groups = {**REFUSED, "Without end, or too large": ENDLESS}
    parts = [f"**{title}**\n\n{_items(items)}" for title, items in groups.items()]
    return "\n".join([*parts, f"**Allowed, and without effect**\n\n{_items(HARMLESS)}"])


def _items(items: tuple[str, ...]) -> str:
    return "".join(f"- `{item}`\n" for item in items)
