// attention_mix_subgroup
//
//   out[i,d] = sum_j weights[i,j] x[j,d]      or, under TRANSPOSE, out[i,d] = sum_j weights[j,i] x[j,d]
//
// within each sequence and head, for tokens i and j: attention's results, and the gradients of queries, keys and values.
// Source: Vaswani et al. 2017, equation 1.
// Uses: lib/subgroups.wgsl
// Uses: lib/real_f32.wgsl
// Uses: lib/outer_product.wgsl
// Uses: lib/subgroup_product.wgsl
// Uses: lib/attention_block.wgsl
// Or: lib/real_f32.wgsl, lib/outer_product.wgsl, lib/plain_product.wgsl, lib/attention_block.wgsl
// Shapes: weights [tokens, heads, longest] f32, of which a row holds as many as its sequence has tokens; x, out [tokens,
// heads, size] of real; offsets [sequences + 1] u32.
// Dispatch: x = ceil(size / (COLUMNS LANES)), y = places of blocks of 16 as in attention_block, z = heads. A workgroup
// is LANES lanes, of one subgroup or alone; it makes 16 rows x COLUMNS LANES columns. Sums run over j in order.
override LANES: u32 = 8;
override COLUMNS: u32 = 4;
override TRANSPOSE: bool = false;

const BLOCK = 16u;
const SUMS = false;

struct Uniforms { heads: u32, size: u32, sequences: u32, longest: u32 }
@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<real>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read_write> out: array<real>;
@group(0) @binding(4) var<uniform> u: Uniforms;

fn a_at(place: u32) -> f32 { return weights[place]; }

fn b_at(place: u32) -> f32 { return f32(x[place]); }

fn store_four(start: u32, columns: vec4u, sums: vec4f) {
  let places = start + columns;
  let results = to_reals(sums);
  if (columns.x < u.size) { out[places.x] = results.x; }
  if (columns.y < u.size) { out[places.y] = results.y; }
  if (columns.z < u.size) { out[places.z] = results.z; }
  if (columns.w < u.size) { out[places.w] = results.w; }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = find_block(group.y);
  if (block.rows == 0u) { return; }
  let near = group.x * LANES * COLUMNS + lane + LANES * vec4u(0u, 1u, 2u, 3u);
  let far = near + LANES * 4u;
  let stride = u.heads * u.size;
  let origin = block.start * stride + group.z * u.size;
  let line = u.heads * u.longest;
  // Rows and columns beyond the end repeat the last one; what comes of them is not stored.
  let rows = min(block.first + rows_of_lane(lane), vec4u(block.length - 1u));
  let last = vec4u(u.size - 1u);
  var factors: Factors;
  factors.a = block.start * line + group.z * u.longest + rows * select(line, 1u, TRANSPOSE);
  factors.step_a = select(1u, line, TRANSPOSE);
  factors.near = origin + min(near, last);
  factors.far = origin + min(far, last);
  factors.step_b = stride;
  var sums = product(factors, block.length);
  for (var row = 0u; row < block.rows; row++) {
    let start = origin + (block.first + row) * stride;
    store_four(start, near, sums.near0[0]);
    if (COLUMNS == 8u) { store_four(start, far, sums.far0[0]); }
    sums = without_first_row(sums);
  }
}
