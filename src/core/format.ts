/** 1234567 as "1,234,567", whatever the locale; rounded to a whole number. */
export function formatWhole(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "4.4 M", "110 M", "8,192": how many, short. */
export function formatCount(count: number): string {
  if (count >= 1e9) return `${trimmed(count / 1e9)} B`;
  if (count >= 1e6) return `${trimmed(count / 1e6)} M`;
  return formatWhole(count);
}

function trimmed(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** "1 seed", "1,200 runs". */
export function countOf(count: number, thing: string): string {
  return `${formatWhole(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** Bytes in MiB with one decimal, without the unit. */
export function formatMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

/** "412 KiB", "1.6 GiB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** "8 s", "2 min 05 s", "3 h 10 min", "41 d 16 h"; below a second "< 1 s". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return "< 1 s";
  const hours = Math.floor(Math.round(ms / 1000) / 3600);
  return hours < 48 ? clockText(ms) : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Time by a stopwatch: "0.4 s", "42 s", "3 min 20 s", "72 h 05 min". */
export function formatElapsed(ms: number): string {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : clockText(ms);
}

function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A score as papers print it: times 100, two decimals. "–" where there is none. */
export function formatScore(score: number | null): string {
  return score === null || !Number.isFinite(score) ? "–" : formatFixed(score * 100, 2);
}

/** A difference of scores, with its sign: "+1.20", "−0.35". */
export function formatDifference(score: number | null): string {
  return `${score !== null && score > 0 ? "+" : ""}${formatScore(score)}`;
}

/** Both ends of a range of scores: "0.10 to 1.20"; a dash for none. */
export function formatRange(range: readonly [number, number] | null): string {
  return range === null ? "–" : range.map((end) => formatScore(end)).join(" to ");
}

/** A p-value: "0.012", "< 0.001"; a dash for none. */
export function formatP(pValue: number | null): string {
  if (pValue === null) return "–";
  return pValue < 0.001 ? "< 0.001" : pValue.toFixed(3);
}

/** So many decimals, and the minus that is as wide as a plus. */
export function formatFixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "−");
}

/** A deviation, by the same rule. */
export function formatSpread(mean: number | null, std: number | null): string {
  return std === null ? formatScore(mean) : `${formatScore(mean)} ± ${formatScore(std)}`;
}

/** A number for an axis or a field: 2e-5 rather than 0.00002, no trailing zeros. */
export function formatNumber(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7)) {
    return value
      .toExponential(2)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  }
  return String(Number(value.toPrecision(4)));
}

/** "12 %". */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** "3.0 ms", "12.3 ms", "331 ms", "4.97 s": how long one step takes. No more digits than browsers tell, or three. */
export function formatStepTime(ms: number): string {
  return ms < 999.5 ? `${ms.toFixed(ms < 99.95 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
