// matmul_block
//
//   c[m,n] = sum_k A[m,k] · B[k,n]  (+ bias[n] where biased)  (+ c[m,n] where accumulate)
//
// and what lib/product_store.wgsl makes of it: an activation of it, its gradient through one, and beside it under SUMS
// sum_k A[m,k], a bias's gradient beside its weight's.
// A[m,k] = a[m,k], or a[k,m] under TRANSPOSE_A; B[k,n] = b[k,n], or b[n,k] under TRANSPOSE_B.
// A block of sums in the registers of each invocation, read straight from storage: neighbours share the rows of A, and
// have neighbouring columns of B. All sums have a name, for an array with a running index would leave the registers.
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
// Dispatch: x = ceil(N / (COLUMNS LANES)), y = ceil(M / 8), z = parts, each of which sums `depth` k. A workgroup is LANES
// invocations and makes 8 rows x COLUMNS LANES columns of c, an invocation 8 x COLUMNS, 4 or 8, of it. Each sum runs
// over k in order.
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

fn four_of_a(at: vec4u) -> vec4f {
  return vec4f(f32(a[at.x]), f32(a[at.y]), f32(a[at.z]), f32(a[at.w]));
}

fn four_of_b(at: vec4u) -> vec4f {
  return vec4f(f32(b[at.x]), f32(b[at.y]), f32(b[at.z]), f32(b[at.w]));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * 8u;
  let near = group.x * LANES * COLUMNS + lane + LANES * vec4u(0u, 1u, 2u, 3u);
  let far = near + LANES * 4u;
  let begin = group.z * u.depth;
  // Rows and columns beyond the end repeat the last one; what comes of them is not stored.
  let rows = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(u.M - 1u));
  let rows_below = min(row + vec4u(4u, 5u, 6u, 7u), vec4u(u.M - 1u));
  let last = vec4u(u.N - 1u);
  let line_a = select(u.K, 1u, TRANSPOSE_A);
  let line_b = select(1u, u.K, TRANSPOSE_B);
  let step_a = select(1u, u.M, TRANSPOSE_A);
  let step_b = select(u.N, 1u, TRANSPOSE_B);
  var at_rows = rows * line_a + begin * step_a;
  var at_below = rows_below * line_a + begin * step_a;
  var at_near = min(near, last) * line_b + begin * step_b;
  var at_far = min(far, last) * line_b + begin * step_b;
  var near0 = mat4x4f();
  var near1 = mat4x4f();
  var far0 = mat4x4f();
  var far1 = mat4x4f();
  var sums_above = vec4f();
  var sums_below = vec4f();
  for (var k = begin; k < min(begin + u.depth, u.K); k++) {
    let above = four_of_a(at_rows);
    let below = four_of_a(at_below);
    let columns = four_of_b(at_near);
    near0 = add_outer(near0, above, columns);
    near1 = add_outer(near1, below, columns);
    if (COLUMNS == 8u) {
      let further = four_of_b(at_far);
      far0 = add_outer(far0, above, further);
      far1 = add_outer(far1, below, further);
      at_far += step_b;
    }
    if (SUMS) {
      sums_above += above;
      sums_below += below;
    }
    at_rows += step_a;
    at_below += step_a;
    at_near += step_b;
  }
  if (SUMS && group.x == 0u && lane == 0u) {
    store_sums(row, group.z, sums_above);
    store_sums(row + 4u, group.z, sums_below);
  }
  // One row a turn, while the others move up: a copy of the stores a row would take seconds to compile.
  for (var m = row; m < min(row + 8u, u.M); m++) {
    let start = (group.z * u.M + m) * u.N;
    store_four(start, near, near0[0]);
    near0 = moved_up(near0, near1[0]);
    near1 = moved_up(near1, vec4f());
    if (COLUMNS == 8u) {
      store_four(start, far, far0[0]);
      far0 = moved_up(far0, far1[0]);
      far1 = moved_up(far1, vec4f());
    }
  }
}
