import { wrongUsage } from "./options.ts";

const mostSeeds = 1000;

/** "1,2,3", "1-5" or both, in the order given. Errors: bad-settings, naming the part. */
export function readSeeds(text: string): readonly number[] {
  const seeds = text.split(",").flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    if (first === undefined) throw wrongUsage(`--seeds ${text}: "${part}" is neither a number nor a range as in 1-5.`);
    return range(Number(first), Number(last), text);
  });
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice !== undefined) throw wrongUsage(`--seeds ${text}: ${twice} was given twice; seeds must differ.`);
  return seeds;
}

function range(first: number, last: number, text: string): readonly number[] {
  if (last > 0xffffffff) throw wrongUsage(`--seeds ${text}: ${last} is above 4294967295, the largest seed.`);
  if (last < first) throw wrongUsage(`--seeds ${text}: a range goes upwards; ${first}-${last} does not.`);
  if (last - first >= mostSeeds) throw wrongUsage(`--seeds ${text}: at most ${mostSeeds} seeds fit in one experiment.`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
