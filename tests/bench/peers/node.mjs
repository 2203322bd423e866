import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("node-row.mjs", import.meta.url));

/**
 * Rows in Node on Dawn, each in a process of its own. `folder`: of the bundled modules.
 * @param {string} folder @returns {import("./peer.ts").Place}
 */
export function openNode(folder) {
  /** @type {import("node:child_process").ChildProcess[]} */
  const children = [];
  return {
    async open(file, config, backend) {
      // As JSON, a loss that is no number would be null.
      const child = fork(program, [`${folder}/${file}`, config, backend], { serialization: "advanced" });
      children.push(child);
      const about = await answer(child);
      return {
        about,
        steps(count) {
          child.send(count);
          return answer(child);
        },
      };
    },
    close() {
      for (const child of children) child.kill();
      return Promise.resolve();
    },
  };
}

/**
 * The next answer of a row's process. Errors: what went wrong there, or that it ended.
 * @param {import("node:child_process").ChildProcess} child @returns {Promise<any>}
 */
function answer(child) {
  return new Promise((resolve, reject) => {
    const ended = (/** @type {number | null} */ code, /** @type {string | null} */ signal) =>
      reject(new Error(`The process ended with ${signal ?? code}.`));
    child.once("exit", ended);
    child.once("message", (/** @type {{ value?: unknown, error?: string }} */ { value, error }) => {
      child.off("exit", ended);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    });
  });
}
