import { Button } from "@mantine/core";
import { useEffect, useSyncExternalStore, type ComponentType } from "react";
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
 * then `Place` stands for it, which should be as large.
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
    if (Now === "failed") return <Failed onRetry={() => void part.load()} />;
    return Now === null || Now === "loading" ? <Place /> : <Now {...props} />;
  };
}

function Nothing() {
  return null;
}

function Failed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <div>
      <Problem text="A part of the page could not be loaded. Check the connection and try again, or reload the page." />
      <Button mt={8} onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
