import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { root } from "../../.config/install.mjs";

/** SHA-256 of the weights that ship and of every table of the sample tasks, by path below public/. */
export function shippedSums() {
  /** @param {string} path */
  const read = (path) => readFileSync(`${root}/public/${path}`);
  /** @type {{ id: string }[]} */
  const tasks = JSON.parse(read("tasks/index.json").toString());
  /** @type {{ id: string }[]} */
  const [model] = JSON.parse(read("models/index.json").toString());
  const paths = [`models/${model?.id}/model.safetensors`];
  for (const { id } of tasks) paths.push(`tasks/${id}/train.tsv`, `tasks/${id}/dev.tsv`);
  return Object.fromEntries(paths.map((path) => [path, createHash("sha256").update(read(path)).digest("hex")]));
}
