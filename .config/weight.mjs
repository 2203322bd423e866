// npm run weight: how much JavaScript the built page loads, with gzip, against its limits.
import { readdirSync, readFileSync } from "node:fs";
import { root } from "./install.mjs";

const folder = "dist/page/assets";
const all = readdirSync(`${root}/${folder}`).filter((name) => name.endsWith(".js"));

/** Scripts that index.html names: the entry and all that it imports at once. Nothing is drawn before they are there. */
const first = [
  ...readFileSync(`${root}/dist/page/index.html`, "utf8").matchAll(/(?:src|href)="\.\/assets\/([^"]+\.js)"/g),
].map(([, name]) => name);
if (first.length === 0) throw new Error("dist/page/index.html names no script: has its form changed?");

/** The scripts of that beginning, of which there must be some. */
function named(...beginnings) {
  const found = all.filter((name) => beginnings.some((beginning) => name.startsWith(`engine-${beginning}-`)));
  if (found.length < beginnings.length)
    throw new Error(`No script of the engine is called ${beginnings.join(" or ")}.`);
  return found;
}

/** These scripts and all that they import at once. */
function withImports(names, found = new Set()) {
  for (const name of names.filter((one) => !found.has(one))) {
    found.add(name);
    const text = readFileSync(`${root}/${folder}/${name}`, "utf8");
    withImports(
      [...text.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, one]) => one),
      found,
    );
  }
  return found;
}

const engine = withImports(named("trainer.worker"));
/** What each of the engine's further scripts is fetched for, and its limit. */
const later = [
  ["the tokenizers' library, on the first model", named("tokenizers"), "12 kB"],
  ["SentencePiece, on the first spm.model", named("spm-definition"), "4 kB"],
  ["torch's files, on the first pytorch_model.bin", named("pytorch"), "8 kB"],
  ["encodings, on the first text that is not UTF-8", named("lib"), "14 kB"],
  ["timing of kernels, on the first plan", named("kernel-timing"), "6 kB"],
  ["going on with a run that was broken off", named("run-file-reading"), "3 kB"],
  ["adaptation, on the first text", named("adaptation"), "12 kB"],
  ["Parquet, on the first such file", named("parquet"), "16 kB"],
  ["gzip and .zip, on the first such table", named("gzip", "archive"), "2 kB"],
  ["Arrow, on the first such file", named("arrow"), "16 kB"],
  ["LZ4 and Zstandard, on the first table packed so", named("lz4"), "5 kB"],
  // Brotli's dictionary.
  ["Parquet's other packings, on the first file packed so", named("codecs"), "75 kB"],
  ["spreadsheets, on the first one", named("spreadsheet"), "14 kB"],
  ["onnxruntime, on the first export", named("ort.wasm.bundle.min"), "28 kB"],
  [
    "asking a model, and the search for a learning rate",
    named("prediction-session", "file-prediction", "rate-finding"),
    "6 kB",
  ],
];
const limited = new Set([...engine, ...later.flatMap(([, names]) => names)]);
const stranger = all.find((name) => name.startsWith("engine-") && !limited.has(name));
if (stranger !== undefined) throw new Error(`${stranger} has no limit: give it one in .config/weight.mjs.`);

const check = (name, scripts, limit) => ({
  name,
  path: [...scripts].map((script) => `../${folder}/${script}`),
  limit,
  gzip: true,
});

export default [
  check("before the first paint", first, "200 kB"),
  // Recharts takes 105 kB of it, React 60 kB; loaded when the first screen stands.
  check(
    "all of the page",
    all.filter((name) => !name.startsWith("engine-")),
    "500 kB",
  ),
  // The worker's script and what it imports at once. A third is WGSL as text, a fifth the tokenizers and table readers,
  // and 4 kB are parts of fflate that only spreadsheets need, as it lies in one chunk. 15 kB are the families beside BERT, 7 kB
  // of them DeBERTa with its attention; 2 kB are mixed precision.
  check("engine", engine, "202 kB"),
  ...later.map(([name, scripts, limit]) => check(name, scripts, limit)),
];
