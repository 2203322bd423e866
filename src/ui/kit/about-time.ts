/** A time that is foreseen, rounded to what is known: "about 40 s", "about 2 min", "about 1.5 h". */
export function aboutTime(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 55) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  if (seconds < 55 * 60) return `about ${Math.max(1, Math.round(seconds / 60))} min`;
  return `about ${(Math.round(seconds / 1800) / 2).toFixed(1).replace(".0", "")} h`;
}
