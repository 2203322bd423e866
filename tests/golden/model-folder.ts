import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { GoldenFinetune } from "./read.ts";

/** Where the real data lie, beside the repository: never part of it. */
export const sharedFolder = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Why a fixture's model and table cannot be used here, or null when they can. */
export function missingData(fixture: GoldenFinetune): string | null {
  const wanted = [join(sharedFolder, fixture.model, "model.safetensors"), join(sharedFolder, fixture.train)];
  const missing = wanted.filter((path) => !existsSync(path));
  return missing.length === 0 ? null : `not here: ${missing.join(", ")}`;
}

const header = v.record(
  v.string(),
  v.object({ dtype: v.string(), shape: v.array(v.number()), data_offsets: v.tuple([v.number(), v.number()]) }),
);

/**
 * Writes the fixture's model as a Hugging Face folder: the shared checkpoint without its pre-training heads, completed
 * by the fixture's classifier. Needs missingData() to be null.
 */
export function writeFinetuneModel(fixture: GoldenFinetune, target: string): void {
  const source = join(sharedFolder, fixture.model);
  mkdirSync(target, { recursive: true });
  for (const name of ["config.json", "vocab.txt"]) copyFileSync(join(source, name), join(target, name));
  const file = readFileSync(join(source, "model.safetensors"));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const parsed: unknown = JSON.parse(file.toString("utf8", 8, start));
  const entries: Record<string, v.InferOutput<typeof header>[string]> = {};
  const parts: Buffer[] = [];
  let begin = 0;
  const add = (name: string, shape: number[], bytes: Buffer) => {
    entries[name] = { dtype: "F32", shape, data_offsets: [begin, begin + bytes.length] };
    parts.push(bytes);
    begin += bytes.length;
  };
  for (const [name, { shape, data_offsets: span }] of Object.entries(v.parse(header, parsed))) {
    if (!name.startsWith("cls.")) add(name, shape, file.subarray(start + span[0], start + span[1]));
  }
  for (const [name, { shape, data }] of fixture.classifier) add(name, shape, Buffer.from(data.buffer));
  const text = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(join(target, "model.safetensors"), Buffer.concat([length, text, ...parts]));
}
