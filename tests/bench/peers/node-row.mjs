// One row in a process of its own: node-row.mjs MODULE CONFIG BACKEND, started by node.mjs. Every message to it is a
// number of steps; every message from it is { value } or { error }.
import { pathToFileURL } from "node:url";
import { create, globals } from "webgpu";

Object.assign(globalThis, globals);
// The libraries ask the browser's navigator.
const browser = { gpu: create([]), userAgent: "node" };
Object.defineProperty(globalThis, "navigator", { value: browser });

// Node 20 lacks the methods of iterators, of which jax-js uses these.
const iterator = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
iterator.map ??= function (/** @type {(value: unknown) => unknown} */ change) {
  return [...this].map(change).values();
};
iterator.filter ??= function (/** @type {(value: unknown) => boolean} */ keeps) {
  return [...this].filter(keeps).values();
};

const [module = "", config, backend] = process.argv.slice(2);

/** @type {import("./peer.ts").Peer} */
let peer;
await tell(async () => {
  const { open } = await import(pathToFileURL(module).href);
  peer = await open(config, backend);
  return peer.about;
});
process.on("disconnect", () => process.exit());
process.on("message", (count) => void tell(async () => await peer.steps(Number(count))));

/** @param {() => Promise<unknown>} work */
async function tell(work) {
  try {
    process.send?.({ value: await work() });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
}
