// lib/attention_block.wgsl
//
//   find_block(place) -> the block of four consecutive tokens of one sequence that a workgroup handles
//
// Sequence b owns the places from floor(offsets[b] / 4) + b on: always enough for ceil(length / 4) blocks, and the first
// place of the next sequence comes after them. So floor(tokens / 4) + sequences places hold every block of a ragged
// batch without a table; the few places left over get a block without rows.
// Needs of the kernel: `offsets` [sequences + 1], u.sequences.

struct Block {
  // The sequence's first token and its number of tokens; no tokens where the block has no rows.
  start: u32,
  length: u32,
  // The block's first token within the sequence, and how many of its four rows exist.
  first: u32,
  rows: u32,
}

fn find_block(place: u32) -> Block {
  var sequence = 0u;
  var beyond = u.sequences;
  while (beyond - sequence > 1u) {
    let middle = (sequence + beyond) / 2u;
    if (offsets[middle] / 4u + middle <= place) {
      sequence = middle;
    } else {
      beyond = middle;
    }
  }
  let start = offsets[sequence];
  let length = offsets[sequence + 1u] - start;
  let first = (place - start / 4u - sequence) * 4u;
  let rows = min(max(length, first) - first, 4u);
  return Block(start, select(0u, length, rows > 0u), first, rows);
}
