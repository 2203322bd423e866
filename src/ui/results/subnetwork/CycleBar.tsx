import { ActionIcon, Button } from "@mantine/core";
import { Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { formatWhole } from "../../../core/format.ts";
import type { Stop, SubnetworkScene } from "../../../store/results/subnetwork/scene.ts";
import { useActions, useSelect } from "../../app-context.ts";
import classes from "./CycleBar.module.css";

/** Time that a stop is on show while it plays. */
const playMs = 700;

/** "Cycle 7 of 10 · step 196", "After the last step, 220". */
export function stopText(stops: readonly Stop[], stop: Stop | null): string {
  if (stop === null) return "No selection yet";
  if (stop.after) return `After the last step, ${formatWhole(stop.step)}`;
  const cycles = stops.filter(({ after }) => !after);
  return `Cycle ${cycles.indexOf(stop) + 1} of ${cycles.length} · step ${formatWhole(stop.step)}`;
}

/** The slider that moves all pictures, with its button to play; while a run goes on it follows the newest until moved. */
export function CycleBar({ scene: { run, stops, stop, at } }: { readonly scene: SubnetworkScene }) {
  const chosen = useSelect((state) => state.view.subnetwork.stop);
  const { view } = useActions();
  const [playing, setPlaying] = useState(false);
  const last = stops.length - 1;
  const next = at < last ? at + 1 : null;
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (next === null) setPlaying(false);
      else view.look({ stop: next });
    }, playMs);
    return () => clearTimeout(timer);
  }, [playing, next, view]);
  const running = run.status === "running";
  function play(): void {
    if (!playing && at === last) view.look({ stop: 0 });
    setPlaying(!playing);
  }
  return (
    <div className={classes.bar} data-picture="none">
      <ActionIcon aria-label={playing ? "Pause the cycles" : "Play the cycles"} disabled={last < 1} onClick={play}>
        {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
      </ActionIcon>
      <input
        type="range"
        className={classes.range}
        aria-label="Cycle"
        aria-valuetext={stopText(stops, stop)}
        min={0}
        max={Math.max(1, last)}
        step={1}
        disabled={last < 1}
        value={Math.max(0, at)}
        onChange={(event) => {
          setPlaying(false);
          view.look({ stop: Number(event.currentTarget.value) });
        }}
      />
      <output className={classes.text}>{stopText(stops, stop)}</output>
      {running && chosen === null && <span className={classes.live}>follows the run</span>}
      {running && chosen !== null && <Button onClick={() => view.look({ stop: null })}>Follow the run</Button>}
    </div>
  );
}
