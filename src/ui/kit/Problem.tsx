import { Alert } from "@mantine/core";
import { TriangleAlert } from "lucide-react";

/** What went wrong, said where it did. */
export function Problem({ text }: { readonly text: string }) {
  return (
    <Alert mt={10} variant="light" color="red" icon={<TriangleAlert size={16} />}>
      {text}
    </Alert>
  );
}
