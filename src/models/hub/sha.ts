import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

type Progress = (doneBytes: number) => void;

/** A hash that takes its bytes in pieces: WebCrypto wants all of them in memory at once, which 1.3 GB are not to be. */
type Hash = ReturnType<typeof sha1.create> | ReturnType<typeof sha256.create>;

/** SHA-256 of a Blob. progress: called after every slice; what it throws ends the reading. */
export async function sha256Of(blob: Blob, progress: Progress = () => {}): Promise<string> {
  return await hashBlob(sha256.create(), blob, progress);
}

/** Git's SHA-1 of a file: that of "blob <size>", a zero byte, and the content. progress: as of sha256Of. */
export async function gitHash(blob: Blob, progress: Progress = () => {}): Promise<string> {
  const hash = sha1.create();
  hash.update(new TextEncoder().encode(`blob ${blob.size}\0`));
  return await hashBlob(hash, blob, progress);
}

async function hashBlob(hash: Hash, blob: Blob, progress: Progress): Promise<string> {
  for (let begin = 0; begin < blob.size; begin += sliceBytes) {
    hash.update(new Uint8Array(await blob.slice(begin, begin + sliceBytes).arrayBuffer()));
    progress(Math.min(blob.size, begin + sliceBytes));
  }
  return bytesToHex(hash.digest());
}

const sliceBytes = 4 * 2 ** 20;
