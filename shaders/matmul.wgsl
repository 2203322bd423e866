// matmul
//
//   c[m,n] = sum_k A[m,k] · B[k,n]  (+ bias[n] where biased)  (+ c[m,n] where accumulate)
//
// and what lib/product_store.wgsl makes of it: an activation of it, its gradient through one, and beside it under SUMS
// sum_k A[m,k], a bias's gradient beside its weight's.
// A[m,k] = a[m,k], or a[k,m] under TRANSPOSE_A; B[k,n] = b[k,n], or b[n,k] under TRANSPOSE_B.
// Uses: lib/real_f32.wgsl
// Uses: lib/result_real.wgsl
// Uses: lib/normal.wgsl
// Uses: lib/product_store.wgsl
// Or: lib/real_f32.wgsl, lib/result_f32.wgsl, lib/normal.wgsl, lib/product_store.wgsl
// Or: lib/real_f32.wgsl, lib/result_real.wgsl, lib/gelu_tanh.wgsl, lib/product_store.wgsl
// Or: lib/real_f32.wgsl, lib/result_real.wgsl, lib/relu.wgsl, lib/product_store.wgsl
// Or: lib/real_f32.wgsl, lib/result_real.wgsl, lib/silu.wgsl, lib/product_store.wgsl
// Shapes: a M x K values, b K x N values of real; bias [N] of f32; c [parts, M, N], beside [parts, M] under SUMS, else
// [M, N], of result; any M, N, K from 1.
// Dispatch: x = ceil(N / 64), y = ceil(M / 64), z = parts, each of which sums `depth` k. A workgroup makes a 64 x 64 tile
// of c, an invocation 4 x 4 of it, in slices of 16 k that go through workgroup memory. Each sum runs over k in order.
override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;
override SUMS: bool = false;
override ACTIVATE: bool = false;
override ACTIVATE_BACKWARD: bool = false;

struct Uniforms { M: u32, N: u32, K: u32, depth: u32, accumulate: u32, biased: u32, accumulate_sums: u32 }
@group(0) @binding(0) var<storage, read> a: array<real>;
@group(0) @binding(1) var<storage, read> b: array<real>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<result>;
@group(0) @binding(4) var<storage, read_write> beside: array<result>;
@group(0) @binding(5) var<uniform> u: Uniforms;

const EDGE: u32 = 64u;
const DEPTH: u32 = 16u;

// Slices, k-major: a_slice[k * 16 + m / 4] holds four neighbouring rows, b_slice four neighbouring columns.
var<workgroup> a_slice: array<vec4f, 256>;
var<workgroup> b_slice: array<vec4f, 256>;

fn a_at(m: u32, k: u32, end: u32) -> f32 {
  if (m >= u.M || k >= end) { return 0.0; }
  if (TRANSPOSE_A) { return f32(a[k * u.M + m]); }
  return f32(a[m * u.K + k]);
}

fn b_at(k: u32, n: u32, end: u32) -> f32 {
  if (n >= u.N || k >= end) { return 0.0; }
  if (TRANSPOSE_B) { return f32(b[n * u.K + k]); }
  return f32(b[k * u.N + n]);
}

fn four_of_a(m: u32, k: u32, end: u32) -> vec4f {
  return vec4f(a_at(m, k, end), a_at(m + 1u, k, end), a_at(m + 2u, k, end), a_at(m + 3u, k, end));
}

fn four_of_b(k: u32, n: u32, end: u32) -> vec4f {
  return vec4f(b_at(k, n, end), b_at(k, n + 1u, end), b_at(k, n + 2u, end), b_at(k, n + 3u, end));
}

fn store_row(row: u32, column: u32, part: u32, sums: vec4f) {
  if (row < u.M) { store_four((part * u.M + row) * u.N, column + vec4u(0u, 1u, 2u, 3u), sums); }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row0 = group.y * EDGE;
  let column0 = group.x * EDGE;
  let quad_row = local / 16u;
  let quad_column = local % 16u;
  var acc0 = vec4f();
  var acc1 = vec4f();
  var acc2 = vec4f();
  var acc3 = vec4f();
  var rows_total = vec4f();
  let begin = group.z * u.depth;
  let end = min(begin + u.depth, u.K);
  for (var k0 = begin; k0 < end; k0 += DEPTH) {
    // Every invocation brings one vector of each slice; neighbours read neighbouring memory where the layout allows.
    let across = vec2u(local / 16u, local % 16u);
    let along = vec2u(local % 16u, local / 16u);
    let ka = select(along, across, TRANSPOSE_A);
    let kb = select(across, along, TRANSPOSE_B);
    let m = row0 + ka.y * 4u;
    let n = column0 + kb.y * 4u;
    a_slice[ka.x * 16u + ka.y] = four_of_a(m, k0 + ka.x, end);
    b_slice[kb.x * 16u + kb.y] = four_of_b(k0 + kb.x, n, end);
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      let rows = a_slice[k * 16u + quad_row];
      let columns = b_slice[k * 16u + quad_column];
      if (SUMS) { rows_total += rows; }
      acc0 = fma(vec4f(rows.x), columns, acc0);
      acc1 = fma(vec4f(rows.y), columns, acc1);
      acc2 = fma(vec4f(rows.z), columns, acc2);
      acc3 = fma(vec4f(rows.w), columns, acc3);
    }
    workgroupBarrier();
  }
  let row = row0 + quad_row * 4u;
  let column = column0 + quad_column * 4u;
  store_row(row, column, group.z, acc0);
  store_row(row + 1u, column, group.z, acc1);
  store_row(row + 2u, column, group.z, acc2);
  store_row(row + 3u, column, group.z, acc3);
  if (SUMS && group.x == 0u && quad_column == 0u) {
    store_sums(row, group.z, rows_total);
  }
}
