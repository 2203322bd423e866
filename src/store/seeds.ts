/** Seeds as a person typed them, or what is wrong with them. */
export interface SeedsReading {
  readonly seeds: readonly number[];
  readonly problem: string | null;
}

/** More seeds than this are refused. */
const seedLimit = 100;
const largestSeed = 2 ** 32 - 1;

/** Reads "1, 2, 3" or "1-5" or both: whole numbers from 0 to 2³²-1, no duplicates, at most 100. */
export function parseSeeds(text: string): SeedsReading {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  if (parts.length === 0) return { seeds: [], problem: "Give at least one seed, as in 1, 2, 3 or 1-5." };
  const seeds: number[] = [];
  for (const part of parts) {
    const range = /^(\d{1,10})(?:[-–](\d{1,10}))?$/.exec(part);
    if (range === null)
      return { seeds: [], problem: `"${part}" is not a seed; give whole numbers, as in 1, 2, 3 or 1-5.` };
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (to > largestSeed || from > largestSeed)
      return { seeds: [], problem: `${part} is too large; seeds go up to ${largestSeed}.` };
    if (to < from) return { seeds: [], problem: `${part} runs backwards; write ${to}-${from}.` };
    if (seeds.length + (to - from + 1) > seedLimit)
      return { seeds: [], problem: `That is more than ${seedLimit} seeds; give fewer.` };
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  return twice === undefined ? { seeds, problem: null } : { seeds: [], problem: `Seed ${twice} is given twice.` };
}
