/**
 * What the rows of each class weigh so that all classes count the same: rows / (classes · rows of the class), over the
 * classes that have rows; 0 for one without. labels: class indices [rows].
 *
 * Source: scikit-learn's compute_class_weight("balanced").
 */
export function balancedWeights(labels: ArrayLike<number>, classCount: number): Float32Array {
  const counts = new Float64Array(classCount);
  for (let row = 0; row < labels.length; row++) counts[labels[row] ?? 0] = (counts[labels[row] ?? 0] ?? 0) + 1;
  const there = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : labels.length / (there * count)));
}

/**
 * What a label that is there weighs so that both answers count the same: rows without it / rows with it; 1 for a label
 * that no row has, or every one. labels: 0 or 1, [rows, labelCount].
 *
 * Source: the documentation of torch.nn.BCEWithLogitsLoss, pos_weight.
 */
export function balancedPosWeights(labels: ArrayLike<number>, labelCount: number): Float32Array {
  const rowCount = labels.length / labelCount;
  const counts = new Float64Array(labelCount);
  for (let index = 0; index < labels.length; index++) {
    const label = index % labelCount;
    counts[label] = (counts[label] ?? 0) + (labels[index] ?? 0);
  }
  return Float32Array.from(counts, (count) => (count === 0 || count === rowCount ? 1 : (rowCount - count) / count));
}
