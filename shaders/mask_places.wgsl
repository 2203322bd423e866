// mask_places
//
//   places[w] = first + how many bits are 1 in the words before w of mask
//
// Shapes: mask, places [words], u32.
// Dispatch: one workgroup, each invocation a run of neighbouring words.
override WG: u32 = 256;

struct Uniforms { words: u32, first: u32 }
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read_write> places: array<u32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

var<workgroup> counts: array<u32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) lane: u32) {
  let each = (u.words + WG - 1u) / WG;
  let begin = lane * each;
  let end = min(begin + each, u.words);
  var count = 0u;
  for (var word = begin; word < end; word++) { count += countOneBits(mask[word]); }
  counts[lane] = count;
  workgroupBarrier();
  var place = u.first;
  for (var before = 0u; before < lane; before++) { place += counts[before]; }
  for (var word = begin; word < end; word++) {
    places[word] = place;
    place += countOneBits(mask[word]);
  }
}
