import { Button } from "@mantine/core";
import { Component, useEffect, useSyncExternalStore, type ComponentType, type ReactNode } from "react";
import { messageOf } from "../../core/errors.ts";
import { Problem } from "./Problem.tsx";

/** A part of the page in a script of its own. */
interface Part {
  /** Whether it is there, or has failed. */
  readonly settled: () => boolean;
  /** Resolves when it is there, or has failed. */
  readonly load: () => Promise<void>;
}

const parts = new Set<Part>();

/** Loads every part that was not yet asked for, one after another, those within them too. */
export async function loadParts(): Promise<void> {
  for (const part of parts) if (!part.settled()) await part.load();
}

/**
 * A component whose script is loaded after the first screen was drawn: by `loadParts`, or when it is first wanted. Until
 * then `Place` stands for it, which should be as large. What goes wrong in it is told in its place; the rest stays.
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Place: ComponentType = Nothing,
): ComponentType<P> {
  type Standing = ComponentType<P> | "loading" | "failed" | null;
  let standing: Standing = null;
  const watchers = new Set<() => void>();
  function become(next: Standing): void {
    standing = next;
    for (const tell of watchers) tell();
  }
  const fetchPart = async (): Promise<void> => {
    become("loading");
    become(await load().catch(() => "failed" as const));
  };
  let loading: Promise<void> | null = null;
  const part: Part = {
    settled: () => typeof standing === "function" || standing === "failed",
    load: () => {
      if (standing === null || standing === "failed") loading = fetchPart();
      return loading ?? Promise.resolve();
    },
  };
  parts.add(part);
  const subscribe = (tell: () => void): (() => void) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  };
  const read = (): Standing => standing;
  return function Later(props: P) {
    const Now = useSyncExternalStore(subscribe, read, read);
    useEffect(() => {
      if (Now === null) void part.load();
    }, [Now]);
    if (Now === "failed") return <Failed text={notLoaded} onRetry={() => void part.load()} />;
    if (Now === null || Now === "loading") return <Place />;
    return (
      <Guard>
        <Now {...props} />
      </Guard>
    );
  };
}

function Nothing() {
  return null;
}

/** Without it, React takes the whole page away when one part cannot be drawn. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly problem: string | null }> {
  override readonly state: { readonly problem: string | null } = { problem: null };

  static getDerivedStateFromError(thrown: unknown): { readonly problem: string } {
    return { problem: messageOf(thrown) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    const text = `This part of the page cannot be shown (${problem}). What runs goes on. Try again, or reload the page when the run has ended.`;
    return <Failed text={text} onRetry={() => this.setState({ problem: null })} />;
  }
}

const notLoaded = "A part of the page could not be loaded. Check the connection and try again, or reload the page.";

interface FailedProps {
  readonly text: string;
  readonly onRetry: () => void;
}

function Failed({ text, onRetry }: FailedProps) {
  return (
    <div>
      <Problem text={text} />
      <Button mt={8} onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
