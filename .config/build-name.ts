import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What computes a run: with any change here the same run may come to other bits. */
const rooms = ["core", "contract", "data", "gpu", "models", "nn", "optim", "methods", "train", "experiment"];

/** Tells one build of the engine from another: a name that follows from its sources and packages. */
export function buildName(root: string): string {
  const hash = createHash("sha256");
  const folders = [...rooms.map((room) => join("src", room)), "shaders"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    ),
  );
  for (const file of [...files.toSorted(), join(root, "package-lock.json")])
    hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 12);
}
