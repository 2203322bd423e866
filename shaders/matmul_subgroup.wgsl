// matmul_subgroup
//
//   c[m,n] = sum_k A[m,k] · B[k,n]  (+ bias[n] where biased)  (+ c[m,n] where accumulate)
//
// and what lib/product_store.wgsl makes of it: an activation of it, its gradient through one, and beside it under SUMS
// sum_k A[m,k], a bias's gradient beside its weight's.
// A[m,k] = a[m,k], or a[k,m] under TRANSPOSE_A; B[k,n] = b[k,n], or b[n,k] under TRANSPOSE_B.
// The twin of matmul for adapters on which spreading a value over a subgroup is cheaper than workgroup memory.
// Uses: lib/subgroups.wgsl
// Uses: lib/real_f32.wgsl
// Uses: lib/result_real.wgsl
// Uses: lib/normal.wgsl
// Uses: lib/product_store.wgsl
// Uses: lib/outer_product.wgsl
// Uses: lib/subgroup_product.wgsl
// Or: lib/subgroups.wgsl, lib/real_f32.wgsl, lib/result_f32.wgsl, lib/normal.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl, lib/subgroup_product.wgsl
// Or: lib/subgroups.wgsl, lib/real_f32.wgsl, lib/result_real.wgsl, lib/gelu_tanh.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl, lib/subgroup_product.wgsl
// Or: lib/subgroups.wgsl, lib/real_f32.wgsl, lib/result_real.wgsl, lib/relu.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl, lib/subgroup_product.wgsl
// Or: lib/subgroups.wgsl, lib/real_f32.wgsl, lib/result_real.wgsl, lib/silu.wgsl, lib/product_store.wgsl, lib/outer_product.wgsl, lib/subgroup_product.wgsl
// Shapes: a M x K values, b K x N values of real; bias [N] of f32; c [parts, M, N], beside [parts, M] under SUMS, else
// [M, N], of result; any M, N, K from 1.
// Dispatch: x = ceil(N / (COLUMNS LANES)), y = ceil(M / 16), z = parts, each of which sums `depth` k. A workgroup is
// LANES lanes, 4, 8, 16 or 32, and needs a subgroup of at least as many; it makes 16 rows x COLUMNS LANES columns of c,
// a lane 16 x COLUMNS, 4 or 8, of it. Each sum runs over k in order.
override LANES: u32 = 8;
override COLUMNS: u32 = 4;
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

fn a_at(place: u32) -> f32 { return f32(a[place]); }

fn b_at(place: u32) -> f32 { return f32(b[place]); }

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * 16u;
  let near = group.x * LANES * COLUMNS + lane + LANES * vec4u(0u, 1u, 2u, 3u);
  let far = near + LANES * 4u;
  let begin = min(group.z * u.depth, u.K);
  // Rows and columns beyond the end repeat the last one; what comes of them is not stored.
  let rows = min(row + rows_of_lane(lane), vec4u(u.M - 1u));
  let last = vec4u(u.N - 1u);
  var factors: Factors;
  factors.step_a = select(1u, u.M, TRANSPOSE_A);
  factors.step_b = select(u.N, 1u, TRANSPOSE_B);
  factors.a = rows * select(u.K, 1u, TRANSPOSE_A) + begin * factors.step_a;
  factors.near = min(near, last) * select(1u, u.K, TRANSPOSE_B) + begin * factors.step_b;
  factors.far = min(far, last) * select(1u, u.K, TRANSPOSE_B) + begin * factors.step_b;
  var made = product(factors, min(u.depth, u.K - begin));
  if (SUMS && group.x == 0u && lane < 16u) {
    let own = row + rows_of_lane(lane);
    store_sum(own.x, group.z, made.rows.x);
    if (LANES < 16u) { store_sum(own.y, group.z, made.rows.y); }
    if (LANES < 8u) {
      store_sum(own.z, group.z, made.rows.z);
      store_sum(own.w, group.z, made.rows.w);
    }
  }
  for (var m = row; m < min(row + 16u, u.M); m++) {
    let start = (group.z * u.M + m) * u.N;
    store_four(start, near, made.near0[0]);
    if (COLUMNS == 8u) { store_four(start, far, made.far0[0]); }
    made = without_first_row(made);
  }
}
