// sample_tokens
//
//   s[r] = argmax_v (logits[r,v] - log(E[r,v])),  E[r,v] = -log(1 - q), q uniform in (0, 1)
//   drawn[r] = s[r]      ids[places[r]] = s[r]      replaced[places[r]] = 1 where s[r] is not originals[r], else 0
//
// So token v is drawn with probability softmax(logits[r])[v]. The draw is keyed by the element r · vocabulary + v.
// Source: Gumbel 1954, the Gumbel-max trick; replaced tokens as in Clark et al. 2020, ELECTRA, section 2.
// Uses: lib/threefry.wgsl
// Shapes: places, originals, drawn [rows] u32; logits [rows, vocabulary] f32; ids u32, replaced f32 [tokens]; the places
// differ.
// Dispatch: one workgroup a row, folded into two dimensions; WG invocations stride over the vocabulary.
override WG: u32 = 32;

struct Uniforms { rows: u32, vocabulary: u32, seed: u32, label: u32, step: u32 }
@group(0) @binding(0) var<storage, read> places: array<u32>;
@group(0) @binding(1) var<storage, read> originals: array<u32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> drawn: array<u32>;
@group(0) @binding(4) var<storage, read_write> ids: array<u32>;
@group(0) @binding(5) var<storage, read_write> replaced: array<f32>;
@group(0) @binding(6) var<uniform> u: Uniforms;

var<workgroup> keys: array<f32, WG>;
var<workgroup> tokens: array<u32, WG>;

// -log(E). Near 0, where the winners are, E is a series: log is only good to 2^-21 there.
fn gumbel(element: u32) -> f32 {
  let q = (f32(random_bits(u.seed, u.label, u.step, element) >> 9u) + 0.5) * 0x1p-23;
  let near = q * (1.0 + q * (0.5 + q * (1.0 / 3.0 + q * 0.25)));
  return -log(select(-log(1.0 - q), near, q < 0.03125));
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = wid.y * groups.x + wid.x;
  if (row >= u.rows) { return; }
  let start = row * u.vocabulary;
  // An invocation without a token of its own repeats the last one.
  var best = min(local, u.vocabulary - 1u);
  var highest = logits[start + best] + gumbel(start + best);
  for (var token = local + WG; token < u.vocabulary; token += WG) {
    let key = logits[start + token] + gumbel(start + token);
    if (key > highest) {
      highest = key;
      best = token;
    }
  }
  keys[local] = highest;
  tokens[local] = best;
  workgroupBarrier();
  if (local > 0u) { return; }
  for (var lane = 1u; lane < WG; lane++) {
    if (keys[lane] > highest) {
      highest = keys[lane];
      best = tokens[lane];
    }
  }
  let place = places[row];
  drawn[row] = best;
  ids[place] = best;
  replaced[place] = select(1.0, 0.0, best == originals[row]);
}
