import { samples } from "./index.ts";
import { makeSample, sampleCounts } from "./sample.ts";

const license = `The sentences and tables in these folders were made by a program of this project from a grammar and word
lists written for it. People, companies, places, films and studies in them are invented.

They are dedicated to the public domain under CC0 1.0: https://creativecommons.org/publicdomain/zero/1.0/
You may copy, change and spread them for any purpose without asking.
`;

/** Every file of the made tasks as path and text: tables, an index for the page, the licence. */
export function sampleFiles(): readonly (readonly [path: string, text: string])[] {
  const index = samples.map(({ id, label, task, description }) => ({ id, label, task, description, ...sampleCounts }));
  const tables = samples.flatMap((sample) => {
    const { train, dev } = makeSample(sample);
    return [[`${sample.id}/train.tsv`, train] as const, [`${sample.id}/dev.tsv`, dev] as const];
  });
  return [...tables, ["index.json", `${JSON.stringify(index, null, 2)}\n`], ["LICENSE.txt", license]];
}
