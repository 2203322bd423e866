// select_threshold
//
//   stats[at ..] = 0, 0, 0, sorted[index], 0, 0, 0, 0
//
// Opens a row of statistics: the threshold is the K-th largest score, index = N - K in ascending order.
// Shapes: sorted [N], u32 bits of f32; stats [rows, 8], u32.
// Dispatch: one workgroup, one invocation a word.
struct Uniforms { index: u32, at: u32 }
@group(0) @binding(0) var<storage, read> sorted: array<u32>;
@group(0) @binding(1) var<storage, read_write> stats: array<u32>;
@group(0) @binding(2) var<uniform> u: Uniforms;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) word: u32) {
  stats[u.at + word] = select(0u, sorted[u.index], word == 3u);
}
