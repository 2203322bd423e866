import { Inflate } from "fflate";
import { AppError } from "./errors.ts";
import { readBytes } from "./bytes.ts";
import { crc32 } from "./crc32.ts";

/** One file of an archive; nothing of it is read before `open`. */
export interface ZipEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether it is compressed; else opening it checks it and takes a slice of the archive. */
  readonly packed: boolean;
  /** Inflates it, at most to the announced size. Errors: bad-archive, also where its CRC-32 is not the announced one. */
  open(): Promise<Blob>;
}

/** What an archive's directory says of one file. */
interface Listing {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Of the local header, from the start of the archive. */
  readonly offset: number;
}

const usualEntries = 1000;
const maxTotalBytes = 4e9;
/** Text packs three- to tenfold, weights hardly; a thousandfold is what deflate can reach at most. */
const maxRatio = 200;
/** Small files may pack as well as they like. */
const ratioMattersAbove = 16_000_000;
const endRecordBytes = 22;
const chunkBytes = 65_536;
const checkedBytes = 4_194_304;

/**
 * Lists the files of a .zip from its central directory, so that only what is wanted is ever inflated.
 *
 * Errors: bad-archive for a damaged, encrypted, multi-part or zip64 archive, more than `maxEntries` entries, more than 4 GB
 * unpacked, a ratio only a bomb has, and names that are absolute or climb out of the archive.
 * Source: APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export async function openZip(blob: Blob, name: string, maxEntries = usualEntries): Promise<readonly ZipEntry[]> {
  const listings = await readDirectory(blob, name, maxEntries);
  let totalBytes = 0;
  for (const { path, packedBytes, sizeBytes } of listings) {
    totalBytes += sizeBytes;
    if (/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(path)) {
      throw refusal(
        name,
        `holds the unsafe name "${path}"`,
        "Names that leave it are not followed: get it from a source you trust",
      );
    }
    if (sizeBytes > ratioMattersAbove && sizeBytes > maxRatio * packedBytes) {
      throw refusal(
        name,
        `would blow ${path} up from ${packedBytes} to ${sizeBytes} bytes`,
        "It looks like a zip bomb",
      );
    }
  }
  if (totalBytes > maxTotalBytes) {
    throw refusal(
      name,
      `unpacks to ${totalBytes} bytes; at most ${maxTotalBytes} are read`,
      "Unpack it, and give what is in it",
    );
  }
  return listings
    .filter(({ path }) => !path.endsWith("/"))
    .map((listing) => ({
      path: listing.path.replaceAll("\\", "/"),
      sizeBytes: listing.sizeBytes,
      packed: listing.method !== 0,
      open: () => unpack(blob, name, listing),
    }));
}

function refusal(name: string, found: string, advice: string, cause?: unknown): AppError {
  return new AppError("bad-archive", `${name} ${found}. ${advice}.`, { cause });
}

function damaged(name: string, what: string, cause?: unknown): AppError {
  return refusal(
    name,
    `cannot be read as a .zip: ${what}`,
    "Is the download complete? Get or pack it again, or give what is in it",
    cause,
  );
}

async function readDirectory(blob: Blob, name: string, maxEntries: number): Promise<Listing[]> {
  const tailStart = Math.max(0, blob.size - endRecordBytes - 65_535);
  const tail = new DataView(await readBytes(blob, tailStart, blob.size, name, "bad-archive"));
  let end = tail.byteLength - endRecordBytes;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw damaged(name, "it has no end record, so it is cut off or something else");
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) throw damaged(name, "it is in zip64 form");
  if (tail.getUint16(end + 4, true) !== 0) throw damaged(name, "it is one part of several");
  if (count > maxEntries) {
    throw refusal(
      name,
      `holds ${count} files; at most ${maxEntries} are read`,
      "Unpack it, and give what is wanted of it",
    );
  }
  if (offset + size > tailStart + end) throw damaged(name, "its directory lies beyond its end");
  const bytes = await readBytes(blob, offset, offset + size, name, "bad-archive");
  return parseDirectory(bytes, count, name);
}

function parseDirectory(bytes: ArrayBuffer, count: number, name: string): Listing[] {
  const view = new DataView(bytes);
  const listings: Listing[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) {
      throw damaged(name, `its directory breaks off at entry ${index + 1} of ${count}`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damaged(name, `its directory breaks off at entry ${index + 1} of ${count}`);
    const path = new TextDecoder().decode(new Uint8Array(bytes, at + 46, nameBytes));
    const listing = {
      path,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if ((view.getUint16(at + 8, true) & 1) !== 0) throw damaged(name, `${path} is encrypted`);
    if (Math.max(listing.packedBytes, listing.sizeBytes, listing.offset) === 0xffffffff) {
      throw damaged(name, `${path} is in zip64 form`);
    }
    listings.push(listing);
    at = next;
  }
  return listings;
}

async function unpack(blob: Blob, name: string, listing: Listing): Promise<Blob> {
  const { path, offset, packedBytes, sizeBytes } = listing;
  const header = new DataView(await readBytes(blob, offset, offset + 30, name, "bad-archive"));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50) throw damaged(name, `${path} has no header`);
  const begin = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (begin + packedBytes > blob.size) throw damaged(name, `${path} lies beyond its end`);
  const packed = blob.slice(begin, begin + packedBytes);
  if (listing.method === 0) {
    if (packedBytes !== sizeBytes) throw damaged(name, `${path} has two sizes, ${packedBytes} and ${sizeBytes}`);
    let crc = 0;
    for (let at = 0; at < packedBytes; at += checkedBytes) {
      crc = crc32(new Uint8Array(await readBytes(packed, at, at + checkedBytes, name, "bad-archive")), crc);
    }
    checkCrc(crc, name, listing);
    return packed;
  }
  if (listing.method !== 8) throw damaged(name, `${path} uses packing method ${listing.method}; 0 and 8 are read`);
  return inflate(packed, name, listing);
}

/** Inflates chunk by chunk and stops at the first byte beyond the announced size. */
async function inflate(packed: Blob, name: string, listing: Listing): Promise<Blob> {
  const { path, sizeBytes } = listing;
  const parts: Blob[] = [];
  let madeBytes = 0;
  let crc = 0;
  const stream = new Inflate((chunk) => {
    madeBytes += chunk.length;
    crc = crc32(chunk, crc);
    if (madeBytes <= sizeBytes && chunk.length > 0) parts.push(new Blob([chunk.slice()]));
  });
  for (let at = 0; at < packed.size && madeBytes <= sizeBytes; at += chunkBytes) {
    const bytes = await readBytes(packed, at, Math.min(at + chunkBytes, packed.size), name, "bad-archive");
    try {
      stream.push(new Uint8Array(bytes), at + chunkBytes >= packed.size);
    } catch (cause) {
      throw damaged(name, `${path} does not inflate`, cause);
    }
  }
  if (madeBytes > sizeBytes) {
    throw refusal(name, `holds more in ${path} than the ${sizeBytes} bytes it announces`, "It looks like a zip bomb");
  }
  if (madeBytes < sizeBytes) throw damaged(name, `${path} ends after ${madeBytes} of ${sizeBytes} bytes`);
  checkCrc(crc, name, listing);
  return new Blob(parts);
}

/** The directory has it of every entry, of those too whose own header leaves it to what comes behind their bytes. */
function checkCrc(crc: number, name: string, listing: Listing): void {
  if (crc === listing.crc) return;
  const [found, wanted] = [crc, listing.crc].map((value) => value.toString(16).padStart(8, "0"));
  throw damaged(name, `the bytes of ${listing.path} have the CRC-32 ${found}, and ${wanted} is noted: some are wrong`);
}
