import { useDocumentVisibility, useReducedMotion } from "@mantine/hooks";
import { useEffect, useState, type RefObject } from "react";

/** A clock of some seconds that a person can hold and set. */
export interface Clock {
  /** Seconds since the beginning. */
  readonly time: number;
  readonly playing: boolean;
  /** Goes on; from the beginning where it stood at the end. */
  readonly play: () => void;
  readonly pause: () => void;
  /** Holds it at a time. */
  readonly seek: (time: number) => void;
}

/** Pictures are drawn anew at most this often, which is enough for an eye and spares a battery. */
const frameMs = 1000 / 40;

/**
 * Runs once over `seconds` while `place` is in view and the tab is shown. Who asked for less motion sees the end, still.
 */
export function useClock(seconds: number, place: RefObject<Element | null>): Clock {
  const still = useReducedMotion();
  // null until a person or the clock has set them.
  const [set, setTime] = useState<number | null>(null);
  const [wanted, setPlaying] = useState<boolean | null>(null);
  const time = Math.min(seconds, set ?? (still ? seconds : 0));
  const ended = time >= seconds;
  const playing = (wanted ?? !still) && !ended;
  const shown = useShown(place);
  useEffect(() => {
    if (!playing || !shown) return;
    let last: number | null = null;
    let handle = requestAnimationFrame(frame);
    function frame(now: number): void {
      handle = requestAnimationFrame(frame);
      last ??= now;
      if (now - last < frameMs) return;
      // A tab that was asleep goes on where it was.
      const passed = Math.min(0.2, (now - last) / 1000);
      last = now;
      setTime((before) => Math.min(seconds, (before ?? 0) + passed));
    }
    return () => cancelAnimationFrame(handle);
  }, [playing, shown, seconds]);
  return {
    time,
    playing,
    play: () => {
      if (ended) setTime(0);
      setPlaying(true);
    },
    pause: () => setPlaying(false),
    seek: (to) => {
      setPlaying(false);
      setTime(Math.min(seconds, Math.max(0, to)));
    },
  };
}

/** Whether some of it is in the window, and the tab is in front. */
function useShown(place: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  const inFront = useDocumentVisibility() === "visible";
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting === true), {
      threshold: 0.2,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return inView && inFront;
}
