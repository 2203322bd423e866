// npm start: one training step of this engine beside the same step of other libraries, in one run on one device. Ends
// with 1 where a row fails or its losses are not those of this engine.
//   npm start -- --config mini-lab|tiny|small4 --rows ours,jax-webgpu,jax-wasm,tf-webgpu --steps N --rounds N
//                --where node|browser
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { install, root } from "../../../.config/install.mjs";
import { bundlePeers } from "./bundle.mjs";
import { Row } from "./row.mjs";
import { isSameStep, tableOf } from "./table.mjs";

/**
 * A row by the name that --rows takes: its module here, the backend that the module is told, and by how much the loss it
 * tells may be off although the step is right.
 * @type {Readonly<Record<string, { label: string, module: string, backend: string, lossError: number }>>}
 */
const known = {
  ours: { label: "this engine, WebGPU", module: "ours", backend: "webgpu", lossError: 0 },
  "jax-webgpu": { label: "jax-js, WebGPU", module: "jax", backend: "webgpu", lossError: 0 },
  // jax-js's logarithm on wasm is 2 (t + t³/3 + t⁵/5 + t⁷/7): what is missing is 1.242e-5 at t = 1/3, the most. The
  // gradient of a logarithm has none.
  "jax-wasm": { label: "jax-js, wasm", module: "jax", backend: "wasm", lossError: 1.25e-5 },
  "tf-webgpu": { label: "TensorFlow.js, WebGPU", module: "tensorflow", backend: "webgpu", lossError: 0 },
};

/** The first steps of every row; their losses are compared. */
const comparedSteps = 4;

/** @typedef {{ config: string, names: readonly string[], steps: number, rounds: number, where: string }} Options */

try {
  process.exitCode = (await compare(readOptions())) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** What was asked for. Errors: an Error that says what there is. @returns {Options} */
function readOptions() {
  const { values } = parseArgs({
    options: {
      config: { type: "string", default: "mini-lab" },
      rows: { type: "string", default: Object.keys(known).join(",") },
      steps: { type: "string", default: "5" },
      rounds: { type: "string", default: "2" },
      where: { type: "string", default: "node" },
    },
  });
  const { config, where } = values;
  const names = values.rows.split(",");
  const stranger = names.find((name) => !(name in known));
  if (stranger !== undefined)
    throw new Error(`There is no row ${stranger}; there are ${Object.keys(known).join(", ")}.`);
  if (names[0] !== "ours") throw new Error("--rows begins with ours: the others are compared with it.");
  const [steps, rounds] = [Number(values.steps), Number(values.rounds)];
  if (![steps, rounds].every((count) => Number.isInteger(count) && count > 0))
    throw new Error("--steps and --rounds are whole numbers from 1.");
  if (where !== "node" && where !== "browser") throw new Error("--where is node or browser.");
  return { config, names, steps, rounds, where };
}

/**
 * Opens every row, lets them take their steps in turn, and prints the table. Whether all took the same steps.
 * @param {Options} options
 */
async function compare({ config, names, steps, rounds, where }) {
  if (!existsSync(new URL("node_modules/@jax-js/jax", import.meta.url))) {
    throw new Error("The other libraries are not installed: run npm ci in tests/bench/peers.");
  }
  install();
  const chosen = names.flatMap((name) => known[name] ?? []);
  const place = await openPlace(where, [...new Set(chosen.map(({ module }) => module))]);
  try {
    const rows = chosen.map(
      ({ label, module, backend, lossError }) =>
        new Row(label, lossError, () => place.open(`${module}.js`, config, backend)),
    );
    for (const row of rows) {
      console.error(`${row.label}: compiles, and takes ${comparedSteps} steps to compare ...`);
      await row.start(comparedSteps);
    }
    for (let round = 1; round <= rounds; round++) {
      console.error(`Round ${round} of ${rounds} ...`);
      for (const row of rows) await row.turn(steps);
    }
    const [ours] = rows;
    console.log(`\n${config} in ${where}: ${ours?.about ?? "the row of this engine failed"}\n`);
    console.log(tableOf(rows));
    return rows.every((row) => ours !== undefined && isSameStep(row, ours));
  } finally {
    await place.close();
  }
}

/**
 * Bundles the modules and opens the place where their rows run.
 * @param {string} where @param {readonly string[]} modules
 */
async function openPlace(where, modules) {
  const folder = `${root}/dist/peers/${where}`;
  await bundlePeers(modules, { folder, forNode: where === "node" });
  if (where === "node") return (await import("./node.mjs")).openNode(folder);
  return await (await import("./chromium.mjs")).openChromium(folder);
}
