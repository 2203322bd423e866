import { gzipSync, strToU8, zipSync } from "fflate";
import { unpackGzip } from "../../../src/data/containers/gzip.ts";
import { openZip } from "../../../src/core/zip.ts";
import type { Chance } from "../chance.ts";
import type { FuzzedParser } from "../fuzzing.ts";
import { fileOf } from "../memory-blob.ts";
import { joined, mutatedBytes, type Bytes } from "../mutations.ts";
import { readWhole } from "./tables.ts";

const csv = strToU8("text,label\nso it goes,1\nnever again,0\nwell made,1\nbad,0\n");
const zipped = new Uint8Array(zipSync({ "a/t.csv": csv, "a/stored.txt": [csv, { level: 0 }], "b/é.csv": csv }));
const one = new Uint8Array(zipSync({ "t.csv": csv }));
const gzipped = new Uint8Array(gzipSync(csv));

/** A tar archive of one file: its header's first 512 bytes, the content, two empty blocks. Source: POSIX ustar. */
function tarOf(content: Uint8Array): Bytes {
  const header = new Uint8Array(512);
  header.set(strToU8("t.csv"));
  header.set(strToU8(content.length.toString(8).padStart(11, "0")), 124);
  header.set(strToU8("ustar\u000000"), 257);
  return joined(header, content, new Uint8Array(1536 - content.length));
}

const tar = tarOf(csv);
const packed: readonly Bytes[] = [one, gzipped, new Uint8Array(gzipSync(one)), new Uint8Array(gzipSync(tar)), tar];

/** Damage inside as well: what is packed again has good sums. */
function mutatedPack(chance: Chance): Bytes {
  if (chance.hit(0.6)) return mutatedBytes(chance, packed);
  const inner = mutatedBytes(
    chance,
    [csv, one, gzipped, tar].map((bytes) => new Uint8Array(bytes)),
  );
  // Most are stored as they are: packing takes longer than all the reading.
  const level = chance.hit(0.1) ? 6 : 0;
  return new Uint8Array(
    chance.hit(0.5)
      ? gzipSync(inner, { level })
      : zipSync({ [chance.pick(["t.csv", "t.gz", "t.zip", "x"])]: inner }, { level }),
  );
}

export const containerParsers: readonly FuzzedParser[] = [
  {
    name: "zip",
    make: (chance) => mutatedBytes(chance, [zipped, one]),
    async parse(input) {
      for (const entry of await openZip(fileOf(input), "t.zip")) await (await entry.open()).arrayBuffer();
    },
  },
  {
    name: "gzip",
    make: (chance) => mutatedBytes(chance, [gzipped]),
    parse: (input) => unpackGzip(fileOf(input), "t.gz"),
  },
  {
    name: "packed tables and tar",
    make: mutatedPack,
    parse: (input, chance) => readWhole(input, chance.pick(["t.csv.gz", "t.zip", "t.tgz", "t.csv"])),
  },
];
