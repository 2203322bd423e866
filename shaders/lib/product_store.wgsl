// lib/product_store.wgsl
//
//   store_four(start, columns, sums) stores what a product's four sums come to, at places start + columns of c:
//     v = sums  (+ bias[columns] where biased)  (+ c where accumulate)
//     c = v, or activation(v) under ACTIVATE, where beside = v; or v · activation_slope(beside) under ACTIVATE_BACKWARD
//   An activation is of v as it is stored, which its slope will be taken at.
//   store_sum(row, part, sum) stores a sum of a row of A in beside, under SUMS; adds it where accumulate_sums
//   store_sums(row, part, sums) does so for four rows from `row` on
//
//   The kernel behind it declares the overrides SUMS, ACTIVATE and ACTIVATE_BACKWARD, at most one of them true, and the
//   uniforms and buffers of matmul.wgsl. Columns from N on are not stored. Behind the libraries of a result and an activation.

fn store_four(start: u32, columns: vec4u, sums: vec4f) {
  // Columns beyond the end read the last one.
  let inside = min(columns, vec4u(u.N - 1u));
  let at = start + inside;
  var results = sums;
  if (u.biased == 1u) { results += vec4f(bias[inside.x], bias[inside.y], bias[inside.z], bias[inside.w]); }
  if (u.accumulate == 1u) { results += vec4f(f32(c[at.x]), f32(c[at.y]), f32(c[at.z]), f32(c[at.w])); }
  if (ACTIVATE_BACKWARD) {
    let before = vec4f(f32(beside[at.x]), f32(beside[at.y]), f32(beside[at.z]), f32(beside[at.w]));
    results *= activation_slope(before);
  }
  let before = to_results(results);
  if (ACTIVATE) { results = activation(vec4f(before)); }
  let after = to_results(results);
  store_one(start, columns.x, after.x, before.x);
  store_one(start, columns.y, after.y, before.y);
  store_one(start, columns.z, after.z, before.z);
  store_one(start, columns.w, after.w, before.w);
}

fn store_one(start: u32, column: u32, after: result, before: result) {
  if (column >= u.N) { return; }
  c[start + column] = after;
  if (ACTIVATE) { beside[start + column] = before; }
}

fn store_sum(row: u32, part: u32, sum: f32) {
  if (row >= u.M) { return; }
  let place = part * u.M + row;
  let stored = select(sum, f32(beside[place]) + sum, u.accumulate_sums == 1u);
  beside[place] = to_results(vec4f(stored)).x;
}

fn store_sums(row: u32, part: u32, sums: vec4f) {
  store_sum(row, part, sums.x);
  store_sum(row + 1u, part, sums.y);
  store_sum(row + 2u, part, sums.z);
  store_sum(row + 3u, part, sums.w);
}
