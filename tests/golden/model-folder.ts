import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { GoldenFinetune } from "./read.ts";

/** The path of a file that ships, as the fixture names it. */
export function shipped(path: string): string {
  return fileURLToPath(new URL(`../../public/${path}`, import.meta.url));
}

const header = v.record(
  v.string(),
  v.object({ dtype: v.string(), shape: v.array(v.number()), data_offsets: v.tuple([v.number(), v.number()]) }),
);

/**
 * Writes the fixture's model as a Hugging Face folder: the model that ships, completed by the fixture's classifier and its
 * labels.
 */
export function writeFinetuneModel(fixture: GoldenFinetune, target: string): void {
  const source = shipped(fixture.model);
  mkdirSync(target, { recursive: true });
  copyFileSync(join(source, "vocab.txt"), join(target, "vocab.txt"));
  const config: object = JSON.parse(readFileSync(join(source, "config.json"), "utf8"));
  const own = {
    architectures: ["BertForSequenceClassification"],
    id2label: Object.fromEntries(fixture.labels.entries()),
  };
  writeFileSync(join(target, "config.json"), JSON.stringify({ ...config, ...own }));
  const file = readFileSync(join(source, "model.safetensors"));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: _, ...tensors }: Record<string, unknown> = JSON.parse(file.toString("utf8", 8, start));
  const entries = v.parse(header, tensors);
  const parts = [file.subarray(start)];
  let begin = file.length - start;
  for (const [name, { shape, data }] of fixture.classifier) {
    const bytes = Buffer.from(data.buffer);
    entries[name] = { dtype: "F32", shape: [...shape], data_offsets: [begin, begin + bytes.length] };
    parts.push(bytes);
    begin += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(join(target, "model.safetensors"), Buffer.concat([length, text, ...parts]));
}
