// lib/attention_block.wgsl
//
//   find_block(place) -> the block of BLOCK consecutive tokens of one sequence that a workgroup handles
//
// Sequence b owns the places from floor(offsets[b] / BLOCK) + b on: always enough for ceil(length / BLOCK) blocks, and the first
// place of the next sequence comes after them. So floor(tokens / BLOCK) + sequences places hold every block of a ragged
// batch without a table; the few places left over get a block without rows.
// Needs of the kernel: `offsets` [sequences + 1], u.sequences, the constant BLOCK.

struct Block {
  // The sequence's first token and its number of tokens; no tokens where the block has no rows.
  start: u32,
  length: u32,
  // The block's first token within the sequence, and how many of its BLOCK rows exist.
  first: u32,
  rows: u32,
}

fn find_block(place: u32) -> Block {
  var sequence = 0u;
  var beyond = u.sequences;
  while (beyond - sequence > 1u) {
    let middle = (sequence + beyond) / 2u;
    if (offsets[middle] / BLOCK + middle <= place) {
      sequence = middle;
    } else {
      beyond = middle;
    }
  }
  let start = offsets[sequence];
  let length = offsets[sequence + 1u] - start;
  let first = (place - start / BLOCK - sequence) * BLOCK;
  let rows = min(max(length, first) - first, BLOCK);
  return Block(start, select(0u, length, rows > 0u), first, rows);
}
