import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Real data beside the repository; it is never committed. */
const root = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Whether a file is there; where it is not, says so, so that a skipped test is seen. */
export function hasShared(path: string): boolean {
  const found = existsSync(root + path);
  if (!found) console.log(`skipped: ../shared/data/${path} is not here`);
  return found;
}

/** The file's bytes as a Blob. */
export function sharedBlob(path: string): Blob {
  return new Blob([readFileSync(root + path)]);
}

/** The file's text. */
export function sharedText(path: string): string {
  return readFileSync(root + path, "utf8");
}
