/** Which row of a table of relative positions a distance reads. */
export interface RelativePositions {
  /** Distances that are told apart, each way; in buckets, the distance at which the last one begins. */
  readonly span: number;
  /** Buckets each way, half of them of one distance each, the rest of ever more; 0: every distance is its own. */
  readonly buckets: number;
}

/** Rows of the table: half of them for either way. */
export function relativeRowCount({ span, buckets }: RelativePositions): number {
  return 2 * (buckets > 0 ? buckets : span);
}

/**
 * The row that a query reads for a key so many tokens before it, which is less than 0 where it stands behind.
 *
 * Source: He et al. 2021, DeBERTa, equation 3; buckets: as in Hugging Face's make_log_bucket_position.
 */
export function relativeRow(distance: number, positions: RelativePositions): number {
  const count = relativeRowCount(positions);
  return Math.min(Math.max(bucketOf(distance, positions) + count / 2, 0), count - 1);
}

function bucketOf(distance: number, { span, buckets }: RelativePositions): number {
  const middle = Math.floor(buckets / 2);
  const far = Math.abs(distance);
  if (buckets === 0 || far <= middle) return distance;
  const share = Math.log(far / middle) / Math.log((span - 1) / middle);
  return Math.sign(distance) * (Math.ceil(share * (middle - 1)) + middle);
}

/** What sequences of at most `longest` tokens read of the table. All u32. */
export interface ReachedRows {
  /** The rows, ascending. */
  readonly rows: Uint32Array;
  /** For each distance from 1 - longest to longest - 1 its place in `rows`, ascending. */
  readonly places: Uint32Array;
  /** Where the distances of each of `rows` begin in `places`, and their end. */
  readonly starts: Uint32Array;
}

export function reachedRows(longest: number, positions: RelativePositions): ReachedRows {
  const rows: number[] = [];
  const starts: number[] = [];
  const places = Uint32Array.from({ length: 2 * longest - 1 }, (_, index) => {
    const row = relativeRow(index + 1 - longest, positions);
    if (rows.at(-1) !== row) {
      rows.push(row);
      starts.push(index);
    }
    return rows.length - 1;
  });
  starts.push(places.length);
  return { rows: Uint32Array.from(rows), places, starts: Uint32Array.from(starts) };
}
