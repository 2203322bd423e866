// attention_backward_key
//
//   P[i,j] = exp(scale q[i]·k[j] - log_sum[i])      dP[i,j] = mask[i,j] / keep dout[i]·v[j]
//   dv[j] = sum_i P[i,j] mask[i,j] / keep dout[i]
//   dk[j] = scale sum_i P[i,j] (dP[i,j] - delta[i]) q[i]
//
// within each sequence and head, over the queries i that see key j.
// Source: derivative of attention_forward; delta as in Dao et al. 2022, appendix B.
// Uses: lib/real_f32.wgsl
// Uses: lib/threefry.wgsl
// Uses: lib/attention_block.wgsl
// Uses: lib/attention_mask.wgsl
// Shapes: q, k, v, dout, dk, dv [tokens, heads, columns] of vec4<real>; offsets [sequences + 1]; statistics [tokens, heads]
// of (log_sum, delta). Sequences of at most 512 tokens.
// Dispatch: as attention_forward, with a block of four keys a workgroup.
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
@group(0) @binding(4) var<storage, read> offsets: array<u32>;
@group(0) @binding(5) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dk: array<vec4<real>>;
@group(0) @binding(7) var<storage, read_write> dv: array<vec4<real>>;
@group(0) @binding(8) var<uniform> u: Uniforms;

// One vector a query, for the four keys: P, negative where it is dropped; later the gradients of the scores.
var<workgroup> weights: array<vec4f, LONGEST>;
// One matrix a column: the four keys, then the four rows of v; in between one a lane: its share of the four results.
var<workgroup> tile: array<mat4x4f, WG>;

// P of one query with the four keys, negative where dropped.
fn signed_weights(scores: vec4f, place: u32, first: u32) -> vec4f {
  let weight = exp(scores * u.scale - statistics[place].x);
  if (u.keep == 1.0) {
    return weight;
  }
  let mask = random_keep_four(u.seed, u.label, u.step, place * LONGEST + first, u.keep);
  return weight * (mask * 2.0 - 1.0);
}

// Gradients of the scores of one query with the four keys.
fn score_gradients(weight: vec4f, products: vec4f, place: u32) -> vec4f {
  let gradient = select(vec4f(0.0), products / u.keep, weight > vec4f(0.0));
  return abs(weight) * (gradient - statistics[place].y);
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
  // Keys and queries beyond the end repeat the last one; their results are not used.
  let last = max(block.length, 1u) - 1u;
  let team = WG / 4u;
  let row = lane / team;
  let member = lane % team;
  let token = min(block.first + row, last);

  for (var begin = 0u; begin < block.length; begin += WG * 4u) {
    let i = begin + lane * 4u;
    let query = min(i + vec4u(0u, 1u, 2u, 3u), vec4u(last));
    var scores = mat4x4f();
    for (var base = 0u; base < u.columns; base += WG) {
      let width = min(WG, u.columns - base);
      workgroupBarrier();
      for (var c = member; c < width; c += team) {
        tile[c][row] = vec4f(k[origin + token * stride + base + c]);
      }
      workgroupBarrier();
      if (i < block.length) {
        for (var c = 0u; c < width; c++) {
          let at = origin + query * stride + base + c;
          scores += transpose(tile[c]) * mat4x4f(vec4f(q[at.x]), vec4f(q[at.y]), vec4f(q[at.z]), vec4f(q[at.w]));
        }
      }
    }
    if (i < block.length) {
      let place = (block.start + query) * u.heads + head;
      weights[i] = signed_weights(scores[0], place.x, block.first);
      weights[i + 1u] = signed_weights(scores[1], place.y, block.first);
      weights[i + 2u] = signed_weights(scores[2], place.z, block.first);
      weights[i + 3u] = signed_weights(scores[3], place.w, block.first);
      if (CAUSAL) {
        let keys = block.first + vec4u(0u, 1u, 2u, 3u);
        for (var own = i; own < i + 4u; own++) {
          weights[own] = select(vec4f(0.0), weights[own], sees_four(vec4u(own), keys));
        }
      }
      for (var beyond = block.length; beyond < i + 4u; beyond++) {
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
      for (var i = part * 4u; i < block.length; i += parts * 4u) {
        let at = origin + min(i + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * stride + base + lane % width;
        let none = vec4f(0.0);
        let shares = mat4x4f(
          max(weights[i], none),
          max(weights[i + 1u], none),
          max(weights[i + 2u], none),
          max(weights[i + 3u], none),
        );
        result += mat4x4f(vec4f(dout[at.x]), vec4f(dout[at.y]), vec4f(dout[at.z]), vec4f(dout[at.w])) * transpose(shares);
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
        dv[origin + token * stride + base + c] = to_reals(total / u.keep);
      }
    }
    workgroupBarrier();
  }

  for (var begin = 0u; begin < block.length; begin += WG * 4u) {
    let i = begin + lane * 4u;
    let query = min(i + vec4u(0u, 1u, 2u, 3u), vec4u(last));
    var products = mat4x4f();
    for (var base = 0u; base < u.columns; base += WG) {
      let width = min(WG, u.columns - base);
      workgroupBarrier();
      for (var c = member; c < width; c += team) {
        tile[c][row] = vec4f(v[origin + token * stride + base + c]);
      }
      workgroupBarrier();
      if (i < block.length) {
        for (var c = 0u; c < width; c++) {
          let at = origin + query * stride + base + c;
          products += transpose(tile[c]) * mat4x4f(vec4f(dout[at.x]), vec4f(dout[at.y]), vec4f(dout[at.z]), vec4f(dout[at.w]));
        }
      }
    }
    if (i < block.length) {
      let place = (block.start + query) * u.heads + head;
      weights[i] = score_gradients(weights[i], products[0], place.x);
      weights[i + 1u] = score_gradients(weights[i + 1u], products[1], place.y);
      weights[i + 2u] = score_gradients(weights[i + 2u], products[2], place.z);
      weights[i + 3u] = score_gradients(weights[i + 3u], products[3], place.w);
    }
  }
  workgroupBarrier();

  for (var base = 0u; base < u.columns; base += WG) {
    let width = min(WG, u.columns - base);
    let parts = WG / width;
    let part = lane / width;
    var result = mat4x4f();
    if (part < parts) {
      for (var i = part * 4u; i < block.length; i += parts * 4u) {
        let at = origin + min(i + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * stride + base + lane % width;
        let shares = mat4x4f(weights[i], weights[i + 1u], weights[i + 2u], weights[i + 3u]);
        result += mat4x4f(vec4f(q[at.x]), vec4f(q[at.y]), vec4f(q[at.z]), vec4f(q[at.w])) * transpose(shares);
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
        dk[origin + token * stride + base + c] = to_reals(total * u.scale);
      }
    }
    workgroupBarrier();
  }
}
