// token_binary_cross_entropy
//
//   losses[t,0] = max(z, 0) - z · y + log(1 + exp(-|z|)),  z = logits[t], y = labels[t]
//   losses[t,1] = 1 where z > 0 as y > 1/2, else 0
//   dlogits[t] = scale · (1 / (1 + exp(-z)) - y)
//
// Source: the logistic loss of Clark et al. 2020, ELECTRA, section 2, without overflow.
// Shapes: logits, dlogits [tokens, 1]; labels [tokens], 0 or 1; losses [tokens, 2]; all f32.
// Dispatch: one invocation a token, WG a workgroup, folded into two dimensions.
override WG: u32 = 64;

struct Uniforms { tokens: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> dlogits: array<f32>;
@group(0) @binding(3) var<storage, read_write> losses: array<vec2f>;
@group(0) @binding(4) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let token = (wid.y * groups.x + wid.x) * WG + local;
  if (token >= u.tokens) { return; }
  let z = logits[token];
  let y = labels[token];
  // exp of what is never positive cannot overflow.
  let small = exp(-abs(z));
  let probability = select(small, 1.0, z > 0.0) / (1.0 + small);
  let right = (z > 0.0) == (y > 0.5);
  losses[token] = vec2f(max(z, 0.0) - z * y + log(1.0 + small), select(0.0, 1.0, right));
  dlogits[token] = u.scale * (probability - y);
}
