interface Waiting {
  readonly share: number;
  readonly go: () => void;
}

/**
 * Lets one of several runs work at a time: always the one that has come least far, the longest waiting of equals, so
 * that their curves grow together whatever a step of each takes.
 */
export class Baton {
  #held = false;
  readonly #waiting: Waiting[] = [];

  /** Whether somebody waits for it. */
  get wanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when the caller may work. share: how far it has come, 0 to 1. */
  async take(share: number): Promise<void> {
    if (!this.#held) {
      this.#held = true;
      return;
    }
    await new Promise<void>((go) => this.#waiting.push({ share, go }));
  }

  /** Hands it on; only by who holds it. */
  release(): void {
    const [first, ...others] = this.#waiting;
    if (first === undefined) {
      this.#held = false;
      return;
    }
    const next = others.reduce((best, one) => (one.share < best.share ? one : best), first);
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.go();
  }

  /** Lets the others work until it is the caller's turn again. */
  async pass(share: number): Promise<void> {
    const turn = new Promise<void>((go) => this.#waiting.push({ share, go }));
    this.release();
    await turn;
  }
}
