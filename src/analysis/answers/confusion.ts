/** Rows by what the file says (first index) and what a run said (second). */
export type Confusion = readonly (readonly number[])[];

/** How a run did on one class. */
export interface ClassScores {
  /** Of the rows that it took for the class, the share that are; 0 where it took none. */
  readonly precision: number;
  /** Of the rows that are of the class, the share that it found; 0 where there are none. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
  /** Rows of the class. */
  readonly support: number;
  /** Rows that were taken for it. */
  readonly predicted: number;
}

/** How a run did on all classes. */
export interface ClassReport {
  readonly classes: readonly ClassScores[];
  readonly accuracy: number;
  /** Mean over the classes that occur, on either side: as scikit-learn has it. */
  readonly macroF1: number;
}

/** Counts rows. targets, said: class indices [rows]; what is no class is left out. */
export function confusionOf(targets: ArrayLike<number>, said: ArrayLike<number>, classCount: number): Confusion {
  const counts = Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0));
  for (let row = 0; row < targets.length; row++) {
    const [target, answer] = [targets[row] ?? -1, said[row] ?? -1];
    const line = counts[target];
    if (line?.[answer] !== undefined) line[answer] += 1;
  }
  return counts;
}

/**
 * Precision, recall and F1 of every class. Where a class was never predicted, its precision and F1 are 0, as in
 * scikit-learn with zero_division=0.
 */
export function reportOf(confusion: Confusion): ClassReport {
  const classes = confusion.map((line, index): ClassScores => {
    const hits = line[index] ?? 0;
    const support = sum(line);
    const predicted = sum(confusion.map((other) => other[index] ?? 0));
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, predicted + support),
      support,
      predicted,
    };
  });
  const occurring = classes.filter(({ support, predicted }) => support + predicted > 0);
  const hits = sum(confusion.map((line, index) => line[index] ?? 0));
  return {
    classes,
    accuracy: ratio(hits, sum(classes.map(({ support }) => support))),
    macroF1: ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length),
  };
}

/** Cell by cell, the mean over runs. */
export function meanConfusion(confusions: readonly Confusion[]): Confusion {
  const [first = []] = confusions;
  return first.map((line, target) => line.map((_, said) => mean(confusions.map((one) => one[target]?.[said] ?? 0))));
}

/** Score by score, the mean over runs. */
export function meanReport(reports: readonly ClassReport[]): ClassReport {
  const [first] = reports;
  const classes = (first?.classes ?? []).map((_, index): ClassScores => {
    const of = (key: keyof ClassScores): number => mean(reports.map((one) => one.classes[index]?.[key] ?? 0));
    return {
      precision: of("precision"),
      recall: of("recall"),
      f1: of("f1"),
      support: of("support"),
      predicted: of("predicted"),
    };
  });
  return {
    classes,
    accuracy: mean(reports.map(({ accuracy }) => accuracy)),
    macroF1: mean(reports.map(({ macroF1 }) => macroF1)),
  };
}

/** What saying the commonest class of every row comes to; of equally common ones the first. */
export function majorityOf(
  targets: ArrayLike<number>,
  classCount: number,
): { readonly index: number; readonly report: ClassReport } {
  const counts = Array.from({ length: classCount }, () => 0);
  for (let row = 0; row < targets.length; row++) counts[targets[row] ?? 0] = (counts[targets[row] ?? 0] ?? 0) + 1;
  const index = Math.max(0, counts.indexOf(Math.max(...counts)));
  const said = new Uint16Array(targets.length).fill(index);
  return { index, report: reportOf(confusionOf(targets, said, classCount)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return ratio(sum(values), values.length);
}

function ratio(part: number, of: number): number {
  return of === 0 ? 0 : part / of;
}
