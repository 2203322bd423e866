import { Zip, ZipPassThrough } from "fflate";
import { readBytes } from "../core/bytes.ts";
import type { ExportedFile } from "./export.ts";

/** How much of a file is on the heap at a time. */
const chunkBytes = 4 * 2 ** 20;

/**
 * Packs files into a .zip as they come, without compressing them: weights would hardly shrink.
 *
 * Errors: bad-archive where a file cannot be read; whatever `files` throws.
 */
export async function packZip(files: AsyncIterable<ExportedFile>): Promise<Blob> {
  const parts: Blob[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    // A Blob of its own at once: the browser may keep it off the heap.
    parts.push(new Blob([new Uint8Array(chunk)]));
  });
  for await (const { name, file } of files) {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    for (let begin = 0; begin < file.size; begin += chunkBytes) {
      const end = Math.min(file.size, begin + chunkBytes);
      entry.push(new Uint8Array(await readBytes(file, begin, end, name, "bad-archive")));
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  return new Blob(parts, { type: "application/zip" });
}
