// mask_columns
//
//   counts[at + c] += how many of the bits r · cols + c of mask, over all rows r, are 1
//
// 32 columns are counted at once: bit c of plane k is bit k of column c's count, and a row is added by carrying.
// Shapes: mask [ceil(rows · cols / 32)], u32; counts u32, cols from at.
// Dispatch: x: one invocation for 32 columns; y: 255 rows, the most that eight planes can count.
// Counts are sums of integers, which no order of atomics changes.
override WG: u32 = 32;

const planeCount = 8u;
const rowsPerGroup = 255u;

struct Uniforms { rows: u32, cols: u32, at: u32 }
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let left = (wid.x * WG + lane) * 32u;
  if (left >= u.cols) { return; }
  let width = min(32u, u.cols - left);
  let inside = 0xffffffffu >> (32u - width);
  var planes: array<u32, planeCount>;
  for (var row = wid.y * rowsPerGroup; row < min(u.rows, (wid.y + 1u) * rowsPerGroup); row++) {
    let word = (row * u.cols + left) / 32u;
    let shift = (row * u.cols + left) % 32u;
    var carry = mask[word] >> shift;
    if (shift + width > 32u) { carry |= mask[word + 1u] << (32u - shift); }
    carry &= inside;
    for (var plane = 0u; plane < planeCount && carry != 0u; plane++) {
      let both = planes[plane] & carry;
      planes[plane] ^= carry;
      carry = both;
    }
  }
  for (var bit = 0u; bit < width; bit++) {
    var count = 0u;
    for (var plane = 0u; plane < planeCount; plane++) { count |= ((planes[plane] >> bit) & 1u) << plane; }
    if (count > 0u) { atomicAdd(&counts[u.at + left + bit], count); }
  }
}
