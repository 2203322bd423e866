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
export function devNotes(train: readonly Texts[], dev: readonly Texts[]): readonly string[] {
  return [sharedNote(train, dev), scriptNote(train, dev)].filter((note) => note !== null);
}

function sharedNote(train: readonly Texts[], dev: readonly Texts[]): string | null {
  const keys = new Map<string, number>();
  for (const example of dev) {
    const key = keyOf(example);
    keys.set(key, (keys.get(key) ?? 0) + 1);
  }
  let count = 0;
  for (const example of train) {
    const key = keyOf(example);
    count += keys.get(key) ?? 0;
    keys.delete(key);
  }
  if (count <= sharedShare * dev.length) return null;
  return `${count} of the ${dev.length} dev rows have texts that train has as well: scores on them say little of new texts.`;
}

function keyOf({ first, second }: Texts): string {
  return second === null ? first : `${first}\0${second}`;
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
