import { Button } from "@mantine/core";
import { Play } from "lucide-react";
import { demoOffered, isBusy } from "../../store/state.ts";
import { useActions, useSelect } from "../app-context.ts";

interface DemoButtonProps {
  readonly size: "xs" | "md";
  readonly variant: "filled" | "light";
  readonly label: string;
}

/** One click: bundled model, sample task, plan, training. Not there where this copy of the page or browser cannot. */
export function DemoButton({ size, variant, label }: DemoButtonProps) {
  const offered = useSelect(demoOffered);
  const ready = useSelect((state) => state.engine.status === "ready" && !isBusy(state));
  const preparing = useSelect((state) => state.demo.preparing !== null);
  const actions = useActions();
  if (!offered) return null;
  function run(): void {
    void actions.runDemo();
    document.getElementById("results")?.scrollIntoView();
  }
  return (
    <Button
      size={size}
      variant={variant}
      disabled={!ready && !preparing}
      loading={preparing}
      leftSection={<Play size={size === "md" ? 18 : 14} />}
      onClick={run}
    >
      {label}
    </Button>
  );
}
