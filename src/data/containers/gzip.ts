import { AppError, messageOf } from "../../core/errors.ts";
import { maxFileBytes } from "../tables/lines.ts";

/**
 * What a gzip file holds. Errors: too-large as soon as it comes to more than 512 MB; bad-archive for one that is cut off,
 * damaged, or made of several.
 */
export async function unpackGzip(blob: Blob, name: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = blob.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let unpackedBytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => Promise.reject(damaged(name, cause)));
      if (done) return new Blob(parts);
      unpackedBytes += value.length;
      if (unpackedBytes > maxFileBytes) {
        const found = `${name} unpacks to more than ${maxFileBytes} bytes, and tables up to that are read`;
        throw new AppError("too-large", `${found}. Unpack it, and cut it.`);
      }
      parts.push(value);
    }
  } finally {
    await reader.cancel().catch(() => null);
  }
}

function damaged(name: string, cause: unknown): AppError {
  const advice = "Is it cut off, or made of several? Unpack it (gunzip), and give what is in it.";
  return new AppError("bad-archive", `${name} does not unpack (${messageOf(cause)}). ${advice}`, { cause });
}
