import { MonitorX } from "lucide-react";
import { browserAdvice } from "../browser-advice.ts";
import { useSelect } from "../app-context.ts";
import classes from "./NoWebGpu.module.css";

/** In plain words: nothing can be trained here, and what to do about it. */
export function NoWebGpu() {
  const reason = useSelect((state) => state.engine.reason);
  return (
    <section className={classes.callout} aria-labelledby="no-webgpu" title={reason ?? undefined}>
      <MonitorX size={18} aria-hidden />
      <div>
        <h3 id="no-webgpu" className={classes.title}>
          This browser offers no WebGPU
        </h3>
        <p className={classes.text}>
          <b>What to do:</b> {browserAdvice(navigator.userAgent)}
        </p>
      </div>
    </section>
  );
}
