// matmul_tile8
//
//   c[m,n] = sum_k A[m,k] · B[k,n]  (+ bias[n] where biased)  (+ c[m,n] where accumulate)
//
// and what lib/product_store.wgsl makes of it: an activation of it, its gradient through one, and beside it under SUMS
// sum_k A[m,k], a bias's gradient beside its weight's.
// A[m,k] = a[m,k], or a[k,m] under TRANSPOSE_A; B[k,n] = b[k,n], or b[n,k] under TRANSPOSE_B.
// The twin of matmul with larger tiles: an invocation multiplies 16 pairs for each vector that it reads from workgroup
// memory, where matmul multiplies 8. Its rows and columns are two quads half a tile apart, so that neighbours read
// neighbouring vectors.
// Uses: lib/real_f32.wgsl
// Uses: lib/result_real.wgsl
// Uses: lib/normal.wgsl
// Uses: lib/product_store.wgsl
// Uses: lib/outer_product.wgsl
// Or: lib/real_f32.wgsl, lib/result_f32.wgsl, lib/normal.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl
// Or: lib/real_f32.wgsl, lib/result_real.wgsl, lib/gelu_tanh.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl
// Or: lib/real_f32.wgsl, lib/result_real.wgsl, lib/relu.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl
// Or: lib/real_f32.wgsl, lib/result_real.wgsl, lib/silu.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl
// Shapes: a M x K values, b K x N values of real; bias [N] of f32; c [parts, M, N], beside [parts, M] under SUMS, else
// [M, N], of result; any M, N, K from 1.
// Dispatch: x = ceil(N / EDGE), y = ceil(M / EDGE), z = parts, each of which sums `depth` k. A workgroup of (EDGE / 8)^2
// invocations makes an EDGE x EDGE tile of c, 64 or 128, an invocation 8 x 8 of it, in slices of 16 k that go through
// workgroup memory. Each sum runs over k in order.
override EDGE: u32 = 64;
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

const DEPTH: u32 = 16u;

// Slices, k-major: a_slice[k · EDGE / 4 + m / 4] holds four neighbouring rows, b_slice four neighbouring columns.
var<workgroup> a_slice: array<vec4f, DEPTH * EDGE / 4u>;
var<workgroup> b_slice: array<vec4f, DEPTH * EDGE / 4u>;

fn a_at(m: u32, k: u32, end: u32) -> f32 {
  if (m >= u.M || k >= end) { return 0.0; }
  return f32(a[select(m * u.K + k, k * u.M + m, TRANSPOSE_A)]);
}

fn b_at(k: u32, n: u32, end: u32) -> f32 {
  if (n >= u.N || k >= end) { return 0.0; }
  return f32(b[select(k * u.N + n, n * u.K + k, TRANSPOSE_B)]);
}

// A quad of rows, one a turn while the others move up, so that the stores are in the code once.
fn store_rows(row: u32, column: u32, part: u32, near: mat4x4f, far: mat4x4f) {
  var left = near;
  var right = far;
  for (var m = row; m < min(row + 4u, u.M); m++) {
    let start = (part * u.M + m) * u.N;
    let columns = column + vec4u(0u, 1u, 2u, 3u);
    store_four(start, columns, left[0]);
    store_four(start, columns + EDGE / 2u, right[0]);
    left = moved_up(left, vec4f());
    right = moved_up(right, vec4f());
  }
}

@compute @workgroup_size(EDGE * EDGE / 64u)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quads = EDGE / 4u;
  let team = EDGE / 8u;
  let row0 = group.y * EDGE;
  let column0 = group.x * EDGE;
  let quad_row = local / team;
  let quad_column = local % team;
  var near_near = mat4x4f();
  var near_far = mat4x4f();
  var far_near = mat4x4f();
  var far_far = mat4x4f();
  var near_total = vec4f();
  var far_total = vec4f();
  let begin = group.z * u.depth;
  let end = min(begin + u.depth, u.K);
  for (var k0 = begin; k0 < end; k0 += DEPTH) {
    // Neighbours bring what lies side by side in memory: along k, or across it.
    for (var place = local; place < DEPTH * quads; place += EDGE * EDGE / 64u) {
      let along = vec2u(place % DEPTH, place / DEPTH);
      let across = vec2u(place / quads, place % quads);
      let ka = select(along, across, TRANSPOSE_A);
      let kb = select(across, along, TRANSPOSE_B);
      let m = row0 + ka.y * 4u;
      let n = column0 + kb.y * 4u;
      let k_of_a = k0 + ka.x;
      let k_of_b = k0 + kb.x;
      a_slice[ka.x * quads + ka.y] =
        vec4f(a_at(m, k_of_a, end), a_at(m + 1u, k_of_a, end), a_at(m + 2u, k_of_a, end), a_at(m + 3u, k_of_a, end));
      b_slice[kb.x * quads + kb.y] =
        vec4f(b_at(k_of_b, n, end), b_at(k_of_b, n + 1u, end), b_at(k_of_b, n + 2u, end), b_at(k_of_b, n + 3u, end));
    }
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      let near_rows = a_slice[k * quads + quad_row];
      let far_rows = a_slice[k * quads + team + quad_row];
      let near_columns = b_slice[k * quads + quad_column];
      let far_columns = b_slice[k * quads + team + quad_column];
      near_near = add_outer(near_near, near_rows, near_columns);
      near_far = add_outer(near_far, near_rows, far_columns);
      far_near = add_outer(far_near, far_rows, near_columns);
      far_far = add_outer(far_far, far_rows, far_columns);
      if (SUMS) {
        near_total += near_rows;
        far_total += far_rows;
      }
    }
    workgroupBarrier();
  }
  let row = row0 + quad_row * 4u;
  let column = column0 + quad_column * 4u;
  store_rows(row, column, group.z, near_near, near_far);
  store_rows(row + EDGE / 2u, column, group.z, far_near, far_far);
  if (SUMS && group.x == 0u && quad_column == 0u) {
    store_sums(row, group.z, near_total);
    store_sums(row + EDGE / 2u, group.z, far_total);
  }
}
