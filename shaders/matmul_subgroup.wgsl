// matmul_subgroup
//
//   c[m,n] = sum_k A[m,k] · B[k,n]  (+ bias[n] where biased)  (+ c[m,n] where accumulate)
//
// A[m,k] = a[m,k], or a[k,m] under TRANSPOSE_A; B[k,n] = b[k,n], or b[n,k] under TRANSPOSE_B.
// The twin of matmul for adapters that run a subgroup as the lanes of a CPU vector, where workgroup memory and barriers
// are dear: no workgroup memory; a lane fetches one k of A for sixteen rows and the subgroup spreads it.
// Shapes: a M x K values, b K x N values, bias [N], c [M, N]; all f32, any M, N, K from 1.
// Dispatch: x = ceil(N / 32), y = ceil(M / 16). A workgroup is eight lanes and makes 16 rows x 32 columns of c, a lane
// 16 x 4 of it, over K in slices of 8. Needs a subgroup of at least eight lanes. Each sum runs over k in order.
enable subgroups;
override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;

struct Uniforms { M: u32, N: u32, K: u32, accumulate: u32, biased: u32 }
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
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

// Columns beyond N and k beyond K are clamped likewise; A holds 0 for the latter.
fn b_quad(k: u32, columns: vec4u) -> vec4f {
  let row = min(k, u.K - 1u);
  if (TRANSPOSE_B) {
    let places = columns * u.K + row;
    return vec4f(b[places.x], b[places.y], b[places.z], b[places.w]);
  }
  let base = row * u.N;
  return vec4f(b[base + columns.x], b[base + columns.y], b[base + columns.z], b[base + columns.w]);
}

fn outer(rows: vec4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(rows.x * columns, rows.y * columns, rows.z * columns, rows.w * columns);
}

fn store(row: u32, columns: vec4u, sums: vec4f) {
  if (row >= u.M) { return; }
  for (var i = 0u; i < 4u; i++) {
    let column = columns[i];
    if (column < u.N) {
      var sum = sums[i];
      if (u.biased == 1u) { sum += bias[column]; }
      let place = row * u.N + column;
      if (u.accumulate == 1u) { sum += c[place]; }
      c[place] = sum;
    }
  }
}

fn store_quad(row: u32, columns: vec4u, sums: mat4x4f) {
  store(row, columns, sums[0]);
  store(row + 1u, columns, sums[1]);
  store(row + 2u, columns, sums[2]);
  store(row + 3u, columns, sums[3]);
}

@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * 16u;
  let first = group.x * 32u + lane;
  let columns = vec4u(first, first + 8u, first + 16u, first + 24u);
  let fetched = min(columns, vec4u(u.N - 1u));
  var acc0 = mat4x4f();
  var acc1 = mat4x4f();
  var acc2 = mat4x4f();
  var acc3 = mat4x4f();
  for (var k0 = 0u; k0 < u.K; k0 += 8u) {
    let a0 = a_quad(row, k0 + lane);
    let a1 = a_quad(row + 4u, k0 + lane);
    let a2 = a_quad(row + 8u, k0 + lane);
    let a3 = a_quad(row + 12u, k0 + lane);
    let b0 = b_quad(k0 + 0u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 0u), b0);
    acc1 += outer(subgroupBroadcast(a1, 0u), b0);
    acc2 += outer(subgroupBroadcast(a2, 0u), b0);
    acc3 += outer(subgroupBroadcast(a3, 0u), b0);
    let b1 = b_quad(k0 + 1u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 1u), b1);
    acc1 += outer(subgroupBroadcast(a1, 1u), b1);
    acc2 += outer(subgroupBroadcast(a2, 1u), b1);
    acc3 += outer(subgroupBroadcast(a3, 1u), b1);
    let b2 = b_quad(k0 + 2u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 2u), b2);
    acc1 += outer(subgroupBroadcast(a1, 2u), b2);
    acc2 += outer(subgroupBroadcast(a2, 2u), b2);
    acc3 += outer(subgroupBroadcast(a3, 2u), b2);
    let b3 = b_quad(k0 + 3u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 3u), b3);
    acc1 += outer(subgroupBroadcast(a1, 3u), b3);
    acc2 += outer(subgroupBroadcast(a2, 3u), b3);
    acc3 += outer(subgroupBroadcast(a3, 3u), b3);
    let b4 = b_quad(k0 + 4u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 4u), b4);
    acc1 += outer(subgroupBroadcast(a1, 4u), b4);
    acc2 += outer(subgroupBroadcast(a2, 4u), b4);
    acc3 += outer(subgroupBroadcast(a3, 4u), b4);
    let b5 = b_quad(k0 + 5u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 5u), b5);
    acc1 += outer(subgroupBroadcast(a1, 5u), b5);
    acc2 += outer(subgroupBroadcast(a2, 5u), b5);
    acc3 += outer(subgroupBroadcast(a3, 5u), b5);
    let b6 = b_quad(k0 + 6u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 6u), b6);
    acc1 += outer(subgroupBroadcast(a1, 6u), b6);
    acc2 += outer(subgroupBroadcast(a2, 6u), b6);
    acc3 += outer(subgroupBroadcast(a3, 6u), b6);
    let b7 = b_quad(k0 + 7u, fetched);
    acc0 += outer(subgroupBroadcast(a0, 7u), b7);
    acc1 += outer(subgroupBroadcast(a1, 7u), b7);
    acc2 += outer(subgroupBroadcast(a2, 7u), b7);
    acc3 += outer(subgroupBroadcast(a3, 7u), b7);
  }
  store_quad(row, columns, acc0);
  store_quad(row + 4u, columns, acc1);
  store_quad(row + 8u, columns, acc2);
  store_quad(row + 12u, columns, acc3);
}
