/** Rows that are packed together, and read together: some ten kilobytes. */
const blockRows = 256;

/** Some rows' cells, end to end. */
interface Block {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** [cells + 1] Where each begins, in UTF-16 units, and where the last ends. */
  readonly offsets: Uint32Array;
  /** [blockRows + 1] A row's first cell. */
  readonly firstCells: Uint32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Rows of texts as bytes and offsets: about as large as their file, where an object for each row and each cell would take
 * several times that. A half of a surrogate pair without its other half, which is no character, comes back as U+FFFD.
 */
export class RowStore {
  readonly #blocks: Block[] = [];
  /** Rows behind the last block. */
  #open: (readonly string[])[] = [];
  /** The block that was read last, for rows are mostly asked for in their order. */
  #read: { readonly block: Block; readonly text: string } | null = null;

  get length(): number {
    return this.#blocks.length * blockRows + this.#open.length;
  }

  /** Takes a row over: it must not be changed any more. */
  add(cells: readonly string[]): void {
    this.#open.push(cells);
    if (this.#open.length < blockRows) return;
    this.#blocks.push(packed(this.#open));
    this.#open = [];
  }

  /** The cells of a row, [] for one that is not there; `width`: so many, empty ones behind them where there are fewer. */
  row(index: number, width?: number): readonly string[] {
    const place = index % blockRows;
    const block = this.#blocks[Math.floor(index / blockRows)];
    const cells = block === undefined ? (this.#open[place] ?? []) : this.#cellsOf(block, place);
    if (width === undefined || width === cells.length) return cells;
    return Array.from({ length: width }, (_, at) => cells[at] ?? "");
  }

  #cellsOf(block: Block, row: number): readonly string[] {
    if (this.#read?.block !== block) this.#read = { block, text: decoder.decode(block.bytes) };
    const { text } = this.#read;
    const { offsets, firstCells } = block;
    const cells: string[] = [];
    for (let cell = firstCells[row] ?? 0; cell < (firstCells[row + 1] ?? 0); cell++) {
      cells.push(text.slice(offsets[cell], offsets[cell + 1]));
    }
    return cells;
  }
}

function packed(rows: readonly (readonly string[])[]): Block {
  const cells = rows.flat();
  const offsets = new Uint32Array(cells.length + 1);
  for (const [at, cell] of cells.entries()) offsets[at + 1] = (offsets[at] ?? 0) + cell.length;
  const firstCells = new Uint32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) firstCells[at + 1] = (firstCells[at] ?? 0) + row.length;
  return { bytes: encoder.encode(cells.join("")), offsets, firstCells };
}
