// matmul_subgroup
//
//   c[m,n] = sum_k A[m,k] · B[k,n]  (+ bias[n] where biased)  (+ c[m,n] where accumulate)
//
// A[m,k] = a[m,k], or a[k,m] under TRANSPOSE_A; B[k,n] = b[k,n], or b[n,k] under TRANSPOSE_B.
// The twin of matmul for adapters that run a subgroup as the lanes of a CPU vector, where workgroup memory and barriers
// are dear: no workgroup memory; a lane fetches one k of A for four rows at a time and the subgroup spreads it. LANES k of
// B stay with the lane while the rows go by. More than eight rows spill their sums, which is slower, and take the
// driver's compiler eight times as long.
// Uses: lib/subgroups.wgsl, lib/real_f32.wgsl
// Shapes: a M x K values, b K x N values of real as vec4, bias [N], c [M, N]; else f32; the inner extent of b (N, or K under
// TRANSPOSE_B) is a multiple of 4, the others are any from 1.
// Dispatch: x = ceil(N / (4 LANES)), y = ceil(M / 8). A workgroup is LANES lanes, 4 or 8, and makes 8 rows x 4 LANES
// columns of c, a lane 8 x 4 of it, over K in slices of LANES. Needs a subgroup of at least LANES lanes. Each sum runs
// over k in order.
override LANES: u32 = 8;
override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;

struct Uniforms { M: u32, N: u32, K: u32, accumulate: u32, biased: u32 }
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<vec4<real>>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

// Rows beyond M are clamped: their sums are computed from other rows and never stored.
fn a_quad(m: u32, k: u32) -> vec4f {
  let last = u.M - 1u;
  let rows = min(vec4u(m, m + 1u, m + 2u, m + 3u), vec4u(last));
  let kept = select(0.0, 1.0, k < u.K);
  let column = min(k, u.K - 1u);
  if (TRANSPOSE_A) {
    let base = column * u.M;
    return kept * vec4f(a[base + rows.x], a[base + rows.y], a[base + rows.z], a[base + rows.w]);
  }
  let places = rows * u.K + column;
  return kept * vec4f(a[places.x], a[places.y], a[places.z], a[places.w]);
}

fn rows_of_b(at: vec4u) -> mat4x4f {
  return mat4x4f(vec4f(b[at.x]), vec4f(b[at.y]), vec4f(b[at.z]), vec4f(b[at.w]));
}

// Columns column … column + 3 of B at the four k from 4 · quarter on, one vector a k. Places beyond K or N are clamped:
// A holds 0 for the former, and what comes of the latter is not stored.
fn b_block(column: u32, quarter: u32) -> mat4x4f {
  if (TRANSPOSE_B) {
    let columns = min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(u.N - 1u));
    let at = columns * (u.K / 4u) + min(quarter, u.K / 4u - 1u);
    return transpose(rows_of_b(at));
  }
  let k = min(quarter * 4u + vec4u(0u, 1u, 2u, 3u), vec4u(u.K - 1u));
  let at = (k * u.N + min(column, u.N - 4u)) / 4u;
  return rows_of_b(at);
}

fn add_outer(sums: mat4x4f, rows: vec4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(vec4f(rows.x), columns, sums[0]),
    fma(vec4f(rows.y), columns, sums[1]),
    fma(vec4f(rows.z), columns, sums[2]),
    fma(vec4f(rows.w), columns, sums[3]),
  );
}

// Four rows of sums and LANES k: lane k of the subgroup holds A of the rows at that k.
fn add_slice(sums: mat4x4f, a_rows: vec4f, b0: mat4x4f, b1: mat4x4f) -> mat4x4f {
  var next = add_outer(sums, subgroupBroadcast(a_rows, 0u), b0[0]);
  next = add_outer(next, subgroupBroadcast(a_rows, 1u), b0[1]);
  next = add_outer(next, subgroupBroadcast(a_rows, 2u), b0[2]);
  next = add_outer(next, subgroupBroadcast(a_rows, 3u), b0[3]);
  if (LANES == 4u) { return next; }
  next = add_outer(next, subgroupBroadcast(a_rows, 4u), b1[0]);
  next = add_outer(next, subgroupBroadcast(a_rows, 5u), b1[1]);
  next = add_outer(next, subgroupBroadcast(a_rows, 6u), b1[2]);
  return add_outer(next, subgroupBroadcast(a_rows, 7u), b1[3]);
}

fn store(row: u32, column: u32, sums: vec4f) {
  if (row >= u.M) { return; }
  for (var i = 0u; i < 4u; i++) {
    if (column + i >= u.N) { return; }
    var sum = sums[i];
    if (u.biased == 1u) { sum += bias[column + i]; }
    let place = row * u.N + column + i;
    if (u.accumulate == 1u) { sum += c[place]; }
    c[place] = sum;
  }
}

fn store_quad(row: u32, column: u32, sums: mat4x4f) {
  store(row, column, sums[0]);
  store(row + 1u, column, sums[1]);
  store(row + 2u, column, sums[2]);
  store(row + 3u, column, sums[3]);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * 8u;
  let column = (group.x * LANES + lane) * 4u;
  var sums0 = mat4x4f();
  var sums1 = mat4x4f();
  for (var k0 = 0u; k0 < u.K; k0 += LANES) {
    let b0 = b_block(column, k0 / 4u);
    var b1 = mat4x4f();
    if (LANES == 8u) { b1 = b_block(column, k0 / 4u + 1u); }
    let k = k0 + lane;
    sums0 = add_slice(sums0, a_quad(row, k), b0, b1);
    sums1 = add_slice(sums1, a_quad(row + 4u, k), b0, b1);
  }
  store_quad(row, column, sums0);
  store_quad(row + 4u, column, sums1);
}
