/** Seeds as a person typed them, or what is wrong with them. */
interface SeedsReading {
  readonly seeds: readonly number[];
  readonly problem: string | null;
}

/** More seeds than this are refused: no result with more of them can be opened again. */
const mostSeeds = 100;
const largestSeed = 2 ** 32 - 1;

/** Reads "1, 2, 3" or "1-5" or both, in the order given: whole numbers from 0 to 2³²-1, no duplicates, at most 100. */
export function parseSeeds(text: string): SeedsReading {
  const seeds: number[] = [];
  for (const part of text.split(/[\s,;]+/).filter((one) => one !== "")) {
    const range = /^(\d{1,10})(?:[-–](\d{1,10}))?$/.exec(part);
    if (range === null) return refusal(`"${part}" is not a seed; give whole numbers, as in 1, 2, 3 or 1-5.`);
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (to < from) return refusal(`${part} runs backwards; write ${to}-${from}.`);
    if (seeds.length + (to - from + 1) > mostSeeds) return refusal(tooMany);
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  const problem = problemWithSeeds(seeds);
  return problem === null ? { seeds, problem } : refusal(problem);
}

const tooMany = `That is more than ${mostSeeds} seeds; give fewer.`;

function refusal(problem: string): SeedsReading {
  return { seeds: [], problem };
}

/** What is wrong with seeds, as a sentence; null where they can be run. */
export function problemWithSeeds(seeds: readonly number[]): string | null {
  if (seeds.length === 0) return "Give at least one seed, as in 1, 2, 3 or 1-5.";
  if (seeds.length > mostSeeds) return tooMany;
  const wrong = seeds.find((seed) => !Number.isInteger(seed) || seed < 0);
  if (wrong !== undefined) return `${wrong} is not a seed; give whole numbers from 0.`;
  const large = seeds.find((seed) => seed > largestSeed);
  if (large !== undefined) return `${large} is too large; seeds go up to ${largestSeed}.`;
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  return twice === undefined ? null : `Seed ${twice} is given twice.`;
}

/** Seeds as a person would type them: three or more in a row become a range. */
export function writeSeeds(seeds: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < seeds.length;) {
    let to = from;
    while (seeds[to + 1] === (seeds[to] ?? 0) + 1) to++;
    if (to - from >= 2) parts.push(`${seeds[from]}-${seeds[to]}`);
    else parts.push(...seeds.slice(from, to + 1).map(String));
    from = to + 1;
  }
  return parts.join(", ");
}

/** The next so many seeds after those that there are. */
export function nextSeeds(seeds: readonly number[], count: number): readonly number[] {
  const next = Math.max(0, ...seeds) + 1;
  return Array.from({ length: count }, (_, index) => next + index);
}
