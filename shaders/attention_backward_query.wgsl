// attention_backward_query
//
//   P[i,j] = exp(scale q[i]·k[j] - log_sum[i])      dP[i,j] = mask[i,j] / keep dout[i]·v[j]
//   delta[i] = dout[i]·out[i] = sum_j P[i,j] dP[i,j]
//   dq[i] = scale sum_j P[i,j] (dP[i,j] - delta[i]) k[j]
//
// within each sequence and head, over the keys j that query i sees. delta is left in the statistics for attention_backward_key.
// Source: derivative of attention_forward; delta as in Dao et al. 2022, appendix B.
// Uses: lib/real_f32.wgsl
// Uses: lib/threefry.wgsl
// Uses: lib/attention_block.wgsl
// Uses: lib/attention_mask.wgsl
// Shapes: q, k, v, dout, out, dq [tokens, heads, columns] of vec4<real>; offsets [sequences + 1]; statistics [tokens, heads]
// of (log_sum, delta). Sequences of at most 512 tokens.
// Dispatch: as attention_forward, one workgroup a (block of four queries, head).
override WG: u32 = 32;

const LONGEST = 512u;
const BLOCK = 4u;

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
@group(0) @binding(3) var<storage, read> dout: array<vec4<real>>;
@group(0) @binding(4) var<storage, read> out: array<vec4<real>>;
@group(0) @binding(5) var<storage, read> offsets: array<u32>;
@group(0) @binding(6) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> dq: array<vec4<real>>;
@group(0) @binding(8) var<uniform> u: Uniforms;

// One vector a key: the gradients of its scores with the four queries.
var<workgroup> weights: array<vec4f, LONGEST>;
// One matrix a column: the four queries, and the four rows of dout; later one a lane: its share of the four results.
var<workgroup> tile: array<mat4x4f, WG>;
var<workgroup> dtile: array<mat4x4f, WG>;
var<workgroup> sums: array<f32, WG>;

fn masks(draws: vec4u, j: u32) -> vec4f {
  if (u.keep == 1.0) {
    return vec4f(1.0);
  }
  return vec4f(
    random_keep(u.seed, u.label, u.step, draws.x + j, u.keep),
    random_keep(u.seed, u.label, u.step, draws.y + j, u.keep),
    random_keep(u.seed, u.label, u.step, draws.z + j, u.keep),
    random_keep(u.seed, u.label, u.step, draws.w + j, u.keep),
  ) / u.keep;
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

  var dot_share = 0.0;
  for (var c = member; c < u.columns; c += team) {
    let at = origin + token * stride + c;
    dot_share += dot(vec4f(dout[at]), vec4f(out[at]));
  }
  sums[lane] = dot_share;
  workgroupBarrier();
  var delta = vec4f(0.0);
  for (var other = 0u; other < team; other++) {
    delta += vec4f(sums[other], sums[team + other], sums[2u * team + other], sums[3u * team + other]);
  }

  let queries = min(block.first + vec4u(0u, 1u, 2u, 3u), vec4u(last));
  let places = (block.start + queries) * u.heads + head;
  let draws = places * LONGEST;
  let log_sum = vec4f(
    statistics[places.x].x,
    statistics[places.y].x,
    statistics[places.z].x,
    statistics[places.w].x,
  );
  for (var begin = 0u; begin < block.length; begin += WG * 4u) {
    let j = begin + lane * 4u;
    let key = origin + min(j + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * stride;
    var scores = mat4x4f();
    var products = mat4x4f();
    for (var base = 0u; base < u.columns; base += WG) {
      let width = min(WG, u.columns - base);
      workgroupBarrier();
      for (var c = member; c < width; c += team) {
        let at = origin + token * stride + base + c;
        tile[c][row] = vec4f(q[at]);
        dtile[c][row] = vec4f(dout[at]);
      }
      workgroupBarrier();
      if (j < block.length) {
        for (var c = 0u; c < width; c++) {
          let at = key + base + c;
          scores += transpose(tile[c]) * mat4x4f(vec4f(k[at.x]), vec4f(k[at.y]), vec4f(k[at.z]), vec4f(k[at.w]));
        }
        for (var c = 0u; c < width; c++) {
          let at = key + base + c;
          products += transpose(dtile[c]) * mat4x4f(vec4f(v[at.x]), vec4f(v[at.y]), vec4f(v[at.z]), vec4f(v[at.w]));
        }
      }
    }
    if (j < block.length) {
      scores *= u.scale;
      weights[j] = exp(scores[0] - log_sum) * (products[0] * masks(draws, j) - delta);
      weights[j + 1u] = exp(scores[1] - log_sum) * (products[1] * masks(draws, j + 1u) - delta);
      weights[j + 2u] = exp(scores[2] - log_sum) * (products[2] * masks(draws, j + 2u) - delta);
      weights[j + 3u] = exp(scores[3] - log_sum) * (products[3] * masks(draws, j + 3u) - delta);
      if (CAUSAL) {
        for (var own = j; own < j + 4u; own++) {
          weights[own] = select(vec4f(0.0), weights[own], sees_four(queries, vec4u(own)));
        }
      }
      for (var beyond = block.length; beyond < j + 4u; beyond++) {
        weights[beyond] = vec4f(0.0);
      }
    }
  }
  workgroupBarrier();

  for (var base = 0u; base < u.columns; base += WG) {
    let width = min(WG, u.columns - base);
    let parts = WG / width;
    let part = lane / width;
    var result = mat4x4f();
    if (part < parts) {
      for (var j = part * 4u; j < block.length; j += parts * 4u) {
        let at = origin + min(j + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * stride + base + lane % width;
        let shares = mat4x4f(weights[j], weights[j + 1u], weights[j + 2u], weights[j + 3u]);
        result += mat4x4f(vec4f(k[at.x]), vec4f(k[at.y]), vec4f(k[at.z]), vec4f(k[at.w])) * transpose(shares);
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
        dq[origin + token * stride + base + c] = to_reals(total * u.scale);
      }
    }
    workgroupBarrier();
  }
  if (row < block.rows && member == 0u) {
    statistics[(block.start + token) * u.heads + head].y = delta[row];
  }
}
