/** Rows that are packed together, and read together: some ten kilobytes. */
const blockRows = 256;

/** Some rows' cells: the different ones end to end, for labels and premises come again and again. */
interface Block {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** [cells, 2] Where each begins and ends, in bytes. */
  readonly bounds: Uint16Array | Uint32Array;
  /** [blockRows + 1] A row's first cell. */
  readonly firstCells: Uint16Array | Uint32Array;
}

/** A block as text, so that its cells are cut out of it. */
interface ReadBlock {
  readonly block: Block;
  readonly text: string;
  /** [bytes + 1] UTF-16 units before each byte; null where they are as many, as in plain English. */
  readonly units: Uint32Array | null;
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
  /** The block whose rows are being read in their order. */
  #read: ReadBlock | null = null;
  /** Of a row's cells, for the number that the last row had. */
  #places: readonly number[] = [];

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

  /** A row from the middle of a block is most often one of a few that are kept: cut out, it would keep the whole block. */
  #cellsOf(block: Block, row: number): readonly string[] {
    if (row === 0) this.#read = readBlock(block);
    const read = this.#read?.block === block ? this.#read : null;
    const { bytes, bounds, firstCells } = block;
    const first = firstCells[row] ?? 0;
    return this.#placesOf((firstCells[row + 1] ?? 0) - first).map((place) => {
      const [begin, end] = [bounds[2 * (first + place)] ?? 0, bounds[2 * (first + place) + 1] ?? 0];
      return read === null ? decoder.decode(bytes.subarray(begin, end)) : cutOut(read, begin, end);
    });
  }

  /**
   * 0 … count-1, for a row to be made of by map(): where a list is begun empty and some of the first stay, V8 makes all
   * later ones where it collects garbage last.
   */
  #placesOf(count: number): readonly number[] {
    if (this.#places.length !== count) this.#places = Array.from({ length: count }, (_, place) => place);
    return this.#places;
  }
}

function cutOut({ text, units }: ReadBlock, begin: number, end: number): string {
  return units === null ? text.slice(begin, end) : text.slice(units[begin], units[end]);
}

function readBlock(block: Block): ReadBlock {
  const { bytes } = block;
  const text = decoder.decode(bytes);
  if (text.length === bytes.length) return { block, text, units: null };
  const units = new Uint32Array(bytes.length + 1);
  for (const [at, byte] of bytes.entries()) units[at + 1] = (units[at] ?? 0) + unitsOf(byte);
  return { block, text, units };
}

/** Units of the character that a byte begins: a pair for one of four bytes, none for a byte further in. */
function unitsOf(byte: number): number {
  return (byte & 0xc0) === 0x80 ? 0 : byte < 0xf0 ? 1 : 2;
}

function packed(rows: readonly (readonly string[])[]): Block {
  const known = new Map<string, number>();
  const [numbers, firstCells]: [number[], number[]] = [[], [0]];
  for (const row of rows) {
    for (const cell of row) {
      const number = known.get(cell) ?? known.size;
      if (number === known.size) known.set(cell, number);
      numbers.push(number);
    }
    firstCells.push(numbers.length);
  }
  const { bytes, ends } = endToEnd([...known.keys()]);
  const bounds = placesUpTo(bytes.length, 2 * numbers.length);
  for (const [cell, number] of numbers.entries()) {
    bounds[2 * cell] = ends[number - 1] ?? 0;
    bounds[2 * cell + 1] = ends[number] ?? 0;
  }
  const firsts = placesUpTo(numbers.length, firstCells.length);
  firsts.set(firstCells);
  return { bytes, bounds, firstCells: firsts };
}

/** Texts in UTF-8, and where each ends. */
function endToEnd(texts: readonly string[]): { readonly bytes: Uint8Array; readonly ends: readonly number[] } {
  const joined = texts.join("");
  const bytes = encoder.encode(joined);
  let end = 0;
  if (bytes.length === joined.length) return { bytes, ends: texts.map((text) => (end += text.length)) };
  // Halves of a pair in two cells must not become one character.
  const parts = texts.map((text) => encoder.encode(text));
  const ends = parts.map((part) => (end += part.length));
  const whole = new Uint8Array(end);
  for (const [at, part] of parts.entries()) whole.set(part, ends[at - 1] ?? 0);
  return { bytes: whole, ends };
}

/** Room for numbers of at most `most`, as small as it may be. */
function placesUpTo(most: number, length: number): Uint16Array | Uint32Array {
  return most < 65_536 ? new Uint16Array(length) : new Uint32Array(length);
}
