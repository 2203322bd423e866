/** @typedef {import("./peer.ts").Peer} Peer */

/** A row of the table: what was measured so far. One that has failed takes no more steps. */
export class Row {
  label;
  /** By how much its losses may be off although its steps are right. */
  lossError;
  /** What stands above the table, if it has something to say there. @type {string | null} */
  about = null;
  /** Of the steps that are compared. @type {readonly number[]} */
  losses = [];
  /** Of the steps that count. @type {number[]} */
  ms = [];
  /** What went wrong, if something did. @type {string | null} */
  failure = null;
  #open;
  /** @type {Peer | null} */
  #peer = null;

  /** @param {string} label @param {number} lossError @param {() => Promise<Peer>} open */
  constructor(label, lossError, open) {
    this.label = label;
    this.lossError = lossError;
    this.#open = open;
  }

  /** Opens it and takes the steps that are compared; they compile and warm, so their times do not count. */
  async start(/** @type {number} */ count) {
    await this.#attempt(async () => {
      this.#peer = await this.#open();
      this.about = this.#peer.about;
      this.losses = (await this.#peer.steps(count)).losses;
    });
  }

  /** Takes the next steps that count. */
  async turn(/** @type {number} */ count) {
    await this.#attempt(async () => {
      const taken = await this.#peer?.steps(count);
      this.ms.push(...(taken?.ms ?? []));
    });
  }

  /** @param {() => Promise<void>} work */
  async #attempt(work) {
    if (this.failure !== null) return;
    try {
      await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.failure = message.split("\n")[0] ?? "";
    }
  }
}
