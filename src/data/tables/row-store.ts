/** Rows that are packed together, and read together: some ten kilobytes. */
const blockRows = 256;

/** Some rows' cells: the different ones end to end, for labels and premises come again and again. */
interface Block {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** [cells] Where each begins and ends, in UTF-16 units. */
  readonly begins: Places;
  readonly ends: Places;
  /** [blockRows + 1] A row's first cell. */
  readonly firstCells: Places;
}

/** As small as they may be. */
type Places = Uint16Array | Uint32Array;

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
    const { begins, ends, firstCells } = block;
    const cells: string[] = [];
    for (let cell = firstCells[row] ?? 0; cell < (firstCells[row + 1] ?? 0); cell++) {
      cells.push(text.slice(begins[cell], ends[cell]));
    }
    return cells;
  }
}

function packed(rows: readonly (readonly string[])[]): Block {
  const known = new Map<string, number>();
  const [begins, ends, firstCells]: [number[], number[], number[]] = [[], [], [0]];
  let length = 0;
  for (const row of rows) {
    for (const cell of row) {
      const begin = known.get(cell) ?? length;
      if (begin === length) {
        known.set(cell, begin);
        length += cell.length;
      }
      begins.push(begin);
      ends.push(begin + cell.length);
    }
    firstCells.push(begins.length);
  }
  return {
    bytes: encoder.encode([...known.keys()].join("")),
    begins: places(begins, length),
    ends: places(ends, length),
    firstCells: places(firstCells, begins.length),
  };
}

function places(values: readonly number[], most: number): Places {
  return most < 65_536 ? Uint16Array.from(values) : Uint32Array.from(values);
}
