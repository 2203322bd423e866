import { MonitorX } from "lucide-react";
import { browserAdvice } from "./browser-advice.ts";
import { useSelect } from "./app-context.ts";
import { RecordedButton } from "./results/ResultFiles.tsx";
import cardClasses from "./kit/card.module.css";
import classes from "./NoWebGpu.module.css";

/** In plain words: nothing can be trained here, what to do about it, and what there is to look at meanwhile. */
export function NoWebGpu() {
  const reason = useSelect((state) => state.engine.reason);
  const source = useSelect((state) => state.experiment.source);
  return (
    <section className={classes.callout} aria-labelledby="no-webgpu">
      <MonitorX size={20} />
      <div>
        <h2 id="no-webgpu" className={cardClasses.title}>
          This browser offers no WebGPU
        </h2>
        <p className={classes.text}>
          Training runs on your own graphics card, and the browser has to hand it over through WebGPU. {reason}
        </p>
        <p className={classes.text}>
          <b>What to do:</b> {browserAdvice(navigator.userAgent)}
        </p>
        <p className={classes.text}>Models that were trained elsewhere work here: open one below, and ask it.</p>
        {source !== "recorded" && <RecordedButton />}
      </div>
    </section>
  );
}
