// mask_rows
//
//   counts[at + r] = how many of the bits r · cols to (r + 1) · cols - 1 of mask are 1
//
// Shapes: mask [ceil(rows · cols / 32)], u32; counts u32, rows from at.
// Dispatch: one invocation a row, folded into y.
override WG: u32 = 64;

struct Uniforms { rows: u32, cols: u32, at: u32 }
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (wid.y * groups.x + wid.x) * WG + lane;
  if (row >= u.rows) { return; }
  let begin = row * u.cols;
  let end = begin + u.cols;
  var count = 0u;
  for (var word = begin / 32u; word * 32u < end; word++) {
    let first = max(begin, word * 32u) - word * 32u;
    let past = word * 32u + 32u - min(end, word * 32u + 32u);
    count += countOneBits(mask[word] & (0xffffffffu << first) & (0xffffffffu >> past));
  }
  counts[u.at + row] = count;
}
