import { readdirSync, readFileSync } from "node:fs";
import type { Bytes } from "../mutations.ts";

const folders = ["tests/data/columns", "tests/golden/pytorch"];
const known = new Map<string, readonly Bytes[]>();

/** Files of this repository's tests by the end of their names; from its top folder. */
export function seedFiles(ending: RegExp): readonly Bytes[] {
  const found =
    known.get(ending.source) ??
    folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => ending.test(name))
        .map((name) => Uint8Array.from(readFileSync(`${folder}/${name}`))),
    );
  known.set(ending.source, found);
  return found;
}
