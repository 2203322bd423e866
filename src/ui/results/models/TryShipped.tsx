import { Button } from "@mantine/core";
import { MessageSquareText } from "lucide-react";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { openedModelsAnchor } from "./anchor.ts";

/** Opens the fine-tuned model that ships with the page, and goes to where it is asked. It needs no WebGPU. */
export function TryShipped({ size }: { readonly size: "xs" | "md" }) {
  const offered = useSelect((state) => state.bundled.items.length > 0);
  const opening = useSelect((state) => state.opened.opening);
  const busy = useActive();
  const actions = useActions();
  async function open(): Promise<void> {
    await actions.opened.openShipped();
    const place = document.getElementById(openedModelsAnchor);
    place?.scrollIntoView();
    place?.querySelector("textarea")?.focus({ preventScroll: true });
  }
  if (!offered) return null;
  return (
    <Button
      size={size}
      loading={opening}
      disabled={busy}
      title="A small BERT fine-tuned to tell praise from blame: some 27 MB are fetched with what runs it, and nothing you type leaves this computer"
      leftSection={<MessageSquareText size={size === "md" ? 18 : 14} aria-hidden />}
      onClick={() => void open()}
    >
      Try a sentence
    </Button>
  );
}
