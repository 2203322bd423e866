/** With fewer seeds than this nothing is called better or worse. */
export const fewestSeeds = 5;

/** What a reader should know where some method has few completed seeds; null where there are enough. */
export function fewSeedsWarning(seedCount: number): string | null {
  if (seedCount >= fewestSeeds) return null;
  const found =
    seedCount === 0 ? "No seed so far" : seedCount === 1 ? "Only one seed so far" : `Only ${seedCount} seeds so far`;
  return (
    `${found} for some method: a difference of a point or two may be luck. ` +
    `Use ${fewestSeeds} or more before believing it; the paper uses 10.`
  );
}
