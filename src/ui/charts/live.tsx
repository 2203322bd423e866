import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { ReactNode } from "react";
import type { GrowingRun } from "../../store/results/archive.ts";
import { inPlanOrder } from "../../store/results/method-order.ts";
import { standingAt } from "../../store/results/shown.ts";
import { useApp } from "../app-context.ts";
import { useShownSetting } from "../results/use-shown.ts";
import classes from "./charts.module.css";

const InView = createContext(true);

/** Lets the charts within follow the experiment only while they are in sight: drawing is what costs. */
export function FollowInView({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [inView, setInView] = useState(true);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver((entries) => setInView(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: "200px",
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className={classes.slot}>
      <InView value={inView}>{children}</InView>
    </div>
  );
}

/** A number that grows whenever the runs do while the chart is in sight. */
function useLiveVersion(): number {
  const inView = useContext(InView);
  const { store } = useApp();
  const subscribe = useCallback(
    (tell: () => void) => (inView ? store.subscribe(tell) : () => undefined),
    [inView, store],
  );
  const read = (): number => store.getState().experiment.version;
  return useSyncExternalStore(subscribe, read, read);
}

/**
 * All of the archive's runs, methods in the plan's order: a new list whenever they grew while the chart is in sight, the
 * same one while it is not.
 */
export function useArchive(): readonly GrowingRun[] {
  const { archive } = useApp();
  const version = useLiveVersion();
  const { runs } = useMemo(
    () => ({ version, runs: inPlanOrder(archive.runs, archive.known.config?.plan) }),
    [version, archive],
  );
  return runs;
}

/** Those of them that stand at the setting on show. */
export function useLiveRuns(): readonly GrowingRun[] {
  const runs = useArchive();
  const setting = useShownSetting();
  return useMemo(() => standingAt(runs, setting), [runs, setting]);
}
