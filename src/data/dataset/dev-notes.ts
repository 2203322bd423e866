import { forEachIndex } from "../../core/breath.ts";
import { labelHash } from "../../core/rng.ts";

/** The texts of a row. */
interface Texts {
  readonly first: string;
  readonly second: string | null;
}

/** Above this share of dev rows that train has too, the scores are hardly those of new texts. */
const sharedShare = 0.05;
/** Rows of each side that are looked at for their letters. */
const sampleCount = 1000;
/** A script is a set's if so many of its letters are of it. */
const mainShare = 0.7;

/** Scripts that texts of one language are in; Chinese and Japanese share the first. */
const scripts: readonly (readonly [name: string, letters: RegExp])[] = [
  ["Chinese or Japanese", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["Latin", /\p{Script=Latin}/gu],
  ["Cyrillic", /\p{Script=Cyrillic}/gu],
  ["Greek", /\p{Script=Greek}/gu],
  ["Arabic", /\p{Script=Arabic}/gu],
  ["Hebrew", /\p{Script=Hebrew}/gu],
  ["Devanagari", /\p{Script=Devanagari}/gu],
  ["Bengali", /\p{Script=Bengali}/gu],
  ["Tamil", /\p{Script=Tamil}/gu],
  ["Thai", /\p{Script=Thai}/gu],
  ["Korean", /\p{Script=Hangul}/gu],
];

/** What a person should know of a dev file beside its train file: rows that stand in both, another script. */
export async function devNotes(train: readonly Texts[], dev: readonly Texts[]): Promise<readonly string[]> {
  return [await sharedNote(train, dev), scriptNote(train, dev)].filter((note) => note !== null);
}

async function sharedNote(train: readonly Texts[], dev: readonly Texts[]): Promise<string | null> {
  const counts = new Map<number, number>();
  await forEachIndex(dev.length, (row) => {
    const key = keyOf(dev[row]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  let shared = 0;
  await forEachIndex(train.length, (row) => {
    const key = keyOf(train[row]);
    shared += counts.get(key) ?? 0;
    counts.delete(key);
  });
  if (shared <= sharedShare * dev.length) return null;
  return `${shared} of the ${dev.length} dev rows have texts that train has as well: scores on them say little of new texts.`;
}

/** A row's texts as a number of 53 bits, two of which are hardly ever alike: texts themselves would take far more room. */
function keyOf({ first, second }: Texts = { first: "", second: null }): number {
  const text = second === null ? first : `${first}\0${second}`;
  return labelHash(text) + (labelHash(`\0${text}`) & 0x1fffff) * 2 ** 32;
}

function scriptNote(train: readonly Texts[], dev: readonly Texts[]): string | null {
  const [ofTrain, ofDev] = [scriptOf(train), scriptOf(dev)];
  if (ofTrain === null || ofDev === null || ofTrain === ofDev) return null;
  return `Train's texts are in ${ofTrain} letters and dev's in ${ofDev} ones: are they of the same language?`;
}

/** The script of most letters; null where there is none. */
function scriptOf(examples: readonly Texts[]): string | null {
  const text = examples
    .slice(0, sampleCount)
    .map(({ first, second }) => first.slice(0, sampleCount) + (second ?? "").slice(0, sampleCount))
    .join(" ");
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const main = scripts.find(([, pattern]) => (text.match(pattern)?.length ?? 0) > mainShare * letters);
  return main?.[0] ?? null;
}
