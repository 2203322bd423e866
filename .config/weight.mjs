// npm run weight: how much JavaScript the built page loads, with gzip, against its limits.
import { readFileSync } from "node:fs";
import { root } from "./install.mjs";

/** Scripts that index.html names: the entry and all that it imports at once. Nothing is drawn before they are there. */
const first = [
  ...readFileSync(`${root}/dist/page/index.html`, "utf8").matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g),
];
if (first.length === 0) throw new Error("dist/page/index.html names no script: has its form changed?");

const scripts = "../dist/page/assets";
const check = (name, path, limit) => ({ name, path, limit, gzip: true });

export default [
  check(
    "before the first paint",
    first.map(([, path]) => `../dist/page/${path}`),
    "200 kB",
  ),
  // Recharts takes 105 kB of it, React 60 kB; loaded when the first screen stands.
  check("all of the page", [`${scripts}/*.js`, `!${scripts}/engine-*.js`], "500 kB"),
  // The worker's script and what it imports at once. A third is WGSL as text, a fifth the tokenizers and table readers,
  // and 4 kB are parts of fflate that only spreadsheets need, as it lies in one chunk.
  check("engine", [`${scripts}/engine-trainer*.js`, `${scripts}/engine-tensor-*.js`], "160 kB"),
  check("encodings, on the first text that is not UTF-8", `${scripts}/engine-lib-*.js`, "14 kB"),
  check("timing of kernels, on the first plan", `${scripts}/engine-kernel-timing-*.js`, "6 kB"),
  check("adaptation, on the first text", `${scripts}/engine-adaptation-*.js`, "12 kB"),
  check("Parquet, on the first such file", `${scripts}/engine-parquet-*.js`, "16 kB"),
  check(
    "gzip and .zip, on the first such table",
    [`${scripts}/engine-gzip-*.js`, `${scripts}/engine-archive-*.js`],
    "2 kB",
  ),
  check("Arrow, on the first such file", `${scripts}/engine-arrow-*.js`, "16 kB"),
  check("LZ4 and Zstandard, on the first table packed so", `${scripts}/engine-lz4-*.js`, "5 kB"),
  // Brotli's dictionary.
  check("Parquet's other packings, on the first file packed so", `${scripts}/engine-codecs-*.js`, "75 kB"),
  check("spreadsheets, on the first one", `${scripts}/engine-spreadsheet-*.js`, "14 kB"),
  check("onnxruntime, on the first export", `${scripts}/engine-ort.*.js`, "28 kB"),
];
