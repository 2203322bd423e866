import { expose } from "comlink";
import type { TrainerApi } from "../../src/worker/api.ts";
import type { WorkerLike } from "../../src/worker/client.ts";

/** A Worker without a thread: an engine at the other end of a MessageChannel, so that everything is cloned. */
export class ChannelWorker extends EventTarget implements WorkerLike {
  readonly #port: MessagePort;
  readonly #other: MessagePort;
  terminated = false;

  constructor(engine: TrainerApi) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#other = port2;
    expose(engine, port2);
    port1.addEventListener("message", (event) => this.dispatchEvent(new MessageEvent("message", { data: event.data })));
    port1.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    this.terminated = true;
    this.#port.close();
    this.#other.close();
  }
}
