// attention_scores_subgroup
//
//   scores[i,j] = scale sum_d x[i,d] y[j,d]
//
// within each sequence and head, for tokens i and j: of queries and keys the scores, of a result's gradient and values
// the gradient of the probabilities.
// Source: Vaswani et al. 2017, equation 1.
// Uses: lib/subgroups.wgsl
// Uses: lib/real_f32.wgsl
// Uses: lib/outer_product.wgsl
// Uses: lib/subgroup_product.wgsl
// Uses: lib/attention_block.wgsl
// Or: lib/real_f32.wgsl, lib/outer_product.wgsl, lib/plain_product.wgsl, lib/attention_block.wgsl
// Shapes: x, y [tokens, heads, size] of real; offsets [sequences + 1] u32; scores [tokens, heads, longest] f32, of which a
// row holds as many as its sequence has tokens.
// Dispatch: x = ceil(longest / (COLUMNS LANES)), y = places of blocks of 16 as in attention_block, z = heads. A workgroup
// is LANES lanes, of one subgroup or alone; it makes 16 rows x COLUMNS LANES columns. Sums run over d in order.
override LANES: u32 = 8;
override COLUMNS: u32 = 4;

const BLOCK = 16u;
const SUMS = false;

struct Uniforms { heads: u32, size: u32, sequences: u32, longest: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> x: array<real>;
@group(0) @binding(1) var<storage, read> y: array<real>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;
@group(0) @binding(4) var<uniform> u: Uniforms;

fn a_at(place: u32) -> f32 { return f32(x[place]); }

fn b_at(place: u32) -> f32 { return f32(y[place]); }

fn store_four(start: u32, columns: vec4u, length: u32, sums: vec4f) {
  let places = start + columns;
  let results = sums * u.scale;
  if (columns.x < length) { scores[places.x] = results.x; }
  if (columns.y < length) { scores[places.y] = results.y; }
  if (columns.z < length) { scores[places.z] = results.z; }
  if (columns.w < length) { scores[places.w] = results.w; }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = find_block(group.y);
  let first = group.x * LANES * COLUMNS;
  if (first >= block.length) { return; }
  let near = first + lane + LANES * vec4u(0u, 1u, 2u, 3u);
  let far = near + LANES * 4u;
  let stride = u.heads * u.size;
  let origin = block.start * stride + group.z * u.size;
  // Rows and columns beyond the end repeat the last one; what comes of them is not stored.
  let last = vec4u(block.length - 1u);
  var factors: Factors;
  factors.a = origin + min(block.first + rows_of_lane(lane), last) * stride;
  factors.near = origin + min(near, last) * stride;
  factors.far = origin + min(far, last) * stride;
  factors.step_a = 1u;
  factors.step_b = 1u;
  var sums = product(factors, u.size);
  for (var row = 0u; row < block.rows; row++) {
    let start = ((block.start + block.first + row) * u.heads + group.z) * u.longest;
    store_four(start, near, block.length, sums.near0[0]);
    if (COLUMNS == 8u) { store_four(start, far, block.length, sums.far0[0]); }
    sums = without_first_row(sums);
  }
}
