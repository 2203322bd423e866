/** Gathers events and hands them on in batches, at most ten a second; flush() sends the rest. */
export class EventBatcher<Event> {
  readonly #send: (events: readonly Event[]) => void;
  #waiting: Event[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (events: readonly Event[]) => void) {
    this.#send = send;
  }

  readonly emit = (event: Event): void => {
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.flush(), 100);
  };

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length > 0) this.#send(events);
  }
}
