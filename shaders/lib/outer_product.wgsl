// lib/outer_product.wgsl
//
//   add_outer(sums, rows, columns) = sums + rows · columnsᵀ, a row of sums a column of the matrix
//   moved_up(quad, next): the first row is gone, the others have moved up, and another stands behind them
//
//   Who stores the first row and then asks for the next has one copy of the stores in the code, where a copy a row takes
//   seconds to compile.

fn add_outer(sums: mat4x4f, rows: vec4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(vec4f(rows.x), columns, sums[0]),
    fma(vec4f(rows.y), columns, sums[1]),
    fma(vec4f(rows.z), columns, sums[2]),
    fma(vec4f(rows.w), columns, sums[3]),
  );
}

fn moved_up(quad: mat4x4f, next: vec4f) -> mat4x4f {
  return mat4x4f(quad[1], quad[2], quad[3], next);
}
