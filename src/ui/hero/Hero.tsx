import { Button } from "@mantine/core";
import { FolderOpen } from "lucide-react";
import { useActions, useSelect } from "../app-context.ts";
import { DemoButton } from "../demo/DemoButton.tsx";
import { DemoFacts } from "../demo/DemoFacts.tsx";
import { NoWebGpu } from "../frame/NoWebGpu.tsx";
import { TryShipped } from "../results/models/TryShipped.tsx";
import { ReplayPlayer } from "./ReplayPlayer.tsx";
import classes from "./Hero.module.css";

/** The first screen: what this is about, a recorded experiment as a film, and the ways in. It makes room for results. */
export function Hero() {
  const shown = useSelect(({ experiment }) => experiment.status === "idle" || experiment.source === "recorded");
  const webgpu = useSelect((state) => state.engine.status !== "no-webgpu");
  const { status, replay } = useSelect((state) => state.replay);
  const actions = useActions();
  /** Goes to where files are chosen, by eye and by keyboard. */
  function useMine(): void {
    actions.view.change({ setupOpen: true, openSteps: ["data"], dataOrigin: "files" });
    const setup = document.getElementById("setup");
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    setup?.scrollIntoView({ behavior: still ? "auto" : "smooth" });
    setup?.focus({ preventScroll: true });
  }
  if (!shown) return null;
  return (
    <section className={classes.hero} aria-labelledby="hero-title" data-replay={status}>
      <div className={classes.words}>
        <h2 id="hero-title" className={classes.title}>
          Does it help to train only part of a network?
        </h2>
        <p className={classes.lead}>
          <b>Dynamic parameter selection</b> lets fine-tuning itself find the part that matters, and trains mainly that.
          {webgpu && " Watch it, then try it here."}
        </p>
        {!webgpu && (
          <div className={classes.buttons}>
            <TryShipped size="md" />
          </div>
        )}
        {webgpu && (
          <div className={classes.buttons}>
            <DemoButton size="md" variant="filled" label="Train it yourself" />
            <Button size="md" leftSection={<FolderOpen size={18} />} onClick={useMine}>
              Use my data
            </Button>
          </div>
        )}
      </div>
      {status !== "absent" && (
        <div className={classes.stage}>{replay !== null && <ReplayPlayer replay={replay} />}</div>
      )}
      <div className={classes.note}>{webgpu ? <DemoFacts /> : <NoWebGpu />}</div>
    </section>
  );
}
