// attention_forward
//
//   P[i,j] = softmax_j(scale q[i]·k[j])      out[i] = sum_j P[i,j] mask[i,j] / keep v[j]
//   log_sum[i] = log(sum_j exp(scale q[i]·k[j]))
//
// within each sequence and head, over the keys j that query i sees; mask is drawn anew in the backward. Only log_sum is kept
// of the probabilities.
// Source: Vaswani et al. 2017, equation 1; kept statistics as in Dao et al. 2022.
// Uses: lib/real_f32.wgsl
// Uses: lib/threefry.wgsl
// Uses: lib/attention_block.wgsl
// Uses: lib/attention_mask.wgsl
// Shapes: q, k, v, out [tokens, heads, columns] of vec4<real>; offsets [sequences + 1]; statistics [tokens, heads] of
// (log_sum, 0). Sequences of at most 512 tokens.
// Dispatch: one workgroup a (block of four queries, head); group = place * heads + head, places as in attention_block.
// A lane multiplies 4 queries with 4 keys, then holds one column of the 4 results; sums run in a fixed order.
override WG: u32 = 32;

const LONGEST = 512u;
const BLOCK = 4u;
const LOWEST = -3e38;

struct Uniforms {
  heads: u32,
  columns: u32,
  sequences: u32,
  scale: f32,
  keep: f32,
  seed: u32,
  label: u32,
  step: u32,
}

@group(0) @binding(0) var<storage, read> q: array<vec4<real>>;
@group(0) @binding(1) var<storage, read> k: array<vec4<real>>;
@group(0) @binding(2) var<storage, read> v: array<vec4<real>>;
@group(0) @binding(3) var<storage, read> offsets: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<real>>;
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(6) var<uniform> u: Uniforms;

// One vector a key: its scores, then weights, for the four queries.
var<workgroup> weights: array<vec4f, LONGEST>;
// One matrix a column: the four queries; later one a lane: its share of the four results.
var<workgroup> tile: array<mat4x4f, WG>;
var<workgroup> peaks: array<vec4f, WG>;
var<workgroup> sums: array<f32, WG>;

// Scores of four queries with one key, so low where it is not seen that none of them is a peak.
fn seen_scores(scores: vec4f, first: u32, key: u32) -> vec4f {
  return select(vec4f(LOWEST), scores, sees_four(first + vec4u(0u, 1u, 2u, 3u), vec4u(key)));
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = wid.y * groups.x + wid.x;
  let head = group % u.heads;
  let block = find_block(group / u.heads);
  let stride = u.heads * u.columns;
  let origin = block.start * stride + head * u.columns;
  // Rows and keys beyond the end repeat the last one; their results are not used.
  let last = max(block.length, 1u) - 1u;
  let team = WG / 4u;
  let row = lane / team;
  let member = lane % team;
  let token = min(block.first + row, last);

  var peak = vec4f(LOWEST);
  for (var begin = 0u; begin < block.length; begin += WG * 4u) {
    let j = begin + lane * 4u;
    let key = origin + min(j + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * stride;
    var scores = mat4x4f();
    for (var base = 0u; base < u.columns; base += WG) {
      let width = min(WG, u.columns - base);
      workgroupBarrier();
      for (var c = member; c < width; c += team) {
        tile[c][row] = vec4f(q[origin + token * stride + base + c]);
      }
      workgroupBarrier();
      if (j < block.length) {
        for (var c = 0u; c < width; c++) {
          let at = key + base + c;
          scores += transpose(tile[c]) * mat4x4f(vec4f(k[at.x]), vec4f(k[at.y]), vec4f(k[at.z]), vec4f(k[at.w]));
        }
      }
    }
    if (j < block.length) {
      scores *= u.scale;
      if (CAUSAL) {
        scores[0] = seen_scores(scores[0], block.first, j);
        scores[1] = seen_scores(scores[1], block.first, j + 1u);
        scores[2] = seen_scores(scores[2], block.first, j + 2u);
        scores[3] = seen_scores(scores[3], block.first, j + 3u);
      }
      weights[j] = scores[0];
      weights[j + 1u] = scores[1];
      weights[j + 2u] = scores[2];
      weights[j + 3u] = scores[3];
      peak = max(peak, max(max(scores[0], scores[1]), max(scores[2], scores[3])));
    }
  }
  peaks[lane] = peak;
  workgroupBarrier();

  // From here a team of lanes has one row.
  var top = LOWEST;
  for (var other = 0u; other < min(WG, (block.length + 3u) / 4u); other++) {
    top = max(top, peaks[other][row]);
  }
  var sum = 0.0;
  let draws = ((block.start + token) * u.heads + head) * LONGEST;
  for (var j = member; j < (block.length + 3u) / 4u * 4u; j += team) {
    var weight = 0.0;
    if (j < block.length && sees(token, j)) {
      weight = exp(weights[j][row] - top);
      sum += weight;
      if (u.keep < 1.0) {
        weight *= random_keep(u.seed, u.label, u.step, draws + j, u.keep);
      }
    }
    weights[j][row] = weight;
  }
  sums[lane] = sum;
  workgroupBarrier();
  sum = 0.0;
  for (var other = 0u; other < team; other++) {
    sum += sums[row * team + other];
  }

  for (var base = 0u; base < u.columns; base += WG) {
    let width = min(WG, u.columns - base);
    let parts = WG / width;
    let part = lane / width;
    var result = mat4x4f();
    if (part < parts) {
      for (var j = part * 4u; j < block.length; j += parts * 4u) {
        let at = origin + min(j + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * stride + base + lane % width;
        let shares = mat4x4f(weights[j], weights[j + 1u], weights[j + 2u], weights[j + 3u]);
        result += mat4x4f(vec4f(v[at.x]), vec4f(v[at.y]), vec4f(v[at.z]), vec4f(v[at.w])) * transpose(shares);
      }
    }
    tile[lane] = result;
    workgroupBarrier();
    if (row < block.rows) {
      for (var c = member; c < width; c += team) {
        var total = vec4f(0.0);
        for (var other = c; other < parts * width; other += width) {
          total += tile[other][row];
        }
        out[origin + token * stride + base + c] = to_reals(total / (sum * u.keep));
      }
    }
    workgroupBarrier();
  }
  if (row < block.rows && member == 0u) {
    statistics[(block.start + token) * u.heads + head] = vec2f(top + log(sum), 0.0);
  }
}
