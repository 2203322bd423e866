/** One row of the table: a library with the problem's weights and batch in its memory. */
export interface Peer {
  /** What stands above the table; this engine's row alone has something to say there. */
  readonly about: string | null;
  /** Takes the next steps, one after another. Errors: what the library throws. */
  steps(count: number): Promise<Steps>;
}

/** What every row's module exports as `open`. `config`: as in problemOf; `backend`: the library's own name of it. */
export type OpenPeer = (config: string, backend: string) => Promise<Peer>;

/** Steps that were taken, in order. */
export interface Steps {
  readonly losses: readonly number[];
  readonly ms: readonly number[];
}

/** Where rows run, each in a process or a page of its own. */
export interface Place {
  /** Opens the row of a bundled module, named by its file. Errors: what the module throws. */
  open(file: string, config: string, backend: string): Promise<Peer>;
  close(): Promise<void>;
}

/** Times steps. `step` resolves with the loss when that is read and the whole update is done. */
export function timed(step: () => Promise<number>): Peer["steps"] {
  return async (count) => {
    const losses: number[] = [];
    const ms: number[] = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      losses.push(await step());
      ms.push(performance.now() - start);
    }
    return { losses, ms };
  };
}
