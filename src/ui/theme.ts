import { ActionIcon, Button, createTheme, ModalHeader, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import buttonClasses from "./kit/button.module.css";

const sans = [
  "ui-sans-serif",
  "system-ui",
  "-apple-system",
  '"Segoe UI"',
  "Roboto",
  '"Helvetica Neue"',
  '"Noto Sans"',
  '"Liberation Sans"',
  "Arial",
  "sans-serif",
].join(", ");
const serif = [
  '"Iowan Old Style"',
  '"Palatino Linotype"',
  "Palatino",
  '"Book Antiqua"',
  '"URW Palladio L"',
  "Georgia",
  "serif",
].join(", ");
const mono = [
  "ui-monospace",
  '"SF Mono"',
  '"Cascadia Mono"',
  "Menlo",
  "Consolas",
  '"DejaVu Sans Mono"',
  "monospace",
].join(", ");

/** The one look: warm paper and ink, one accent. Greys are darker than Mantine's so that small text stays legible. */
export const theme = createTheme({
  autoContrast: true,
  primaryColor: "iris",
  primaryShade: { light: 8, dark: 8 },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: "var(--text-sm)", sm: "var(--text-md)" },
  headings: { fontFamily: serif, fontWeight: "600" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  // What most of them are on this page; the others say what they are.
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "default" } }),
    Button: Button.extend({
      defaultProps: { variant: "default", size: "compact-sm" },
      classNames: {
        root: buttonClasses.root ?? "",
        inner: buttonClasses.inner ?? "",
        label: buttonClasses.label ?? "",
      },
    }),
    // It would hold the page still by a style written into it; page.css does that. Not imported: it is not on the first screen.
    Modal: { defaultProps: { lockScroll: false } },
    // A header outside of an article is the page's banner, of which there is one.
    ModalHeader: ModalHeader.extend({ defaultProps: { role: "presentation" } }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: "xs" } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: "xs" } }),
    TextInput: TextInput.extend({ defaultProps: { size: "xs", autoComplete: "off" } }),
  },
  colors: {
    iris: [
      "#f1f0fc",
      "#e0def7",
      "#c4c0ef",
      "#a8a2e8",
      "#9d96ea",
      "#8079da",
      "#6c64cd",
      "#5f56c2",
      "#5046b8",
      "#3f379a",
    ],
    gray: [
      "#faf9f6",
      "#f4f2ed",
      "#ebe8e1",
      "#dedad1",
      "#cbc7bd",
      "#a09c93",
      "#5f6470",
      "#484c56",
      "#33363e",
      "#1f2127",
    ],
    dark: [
      "#e9e7e2",
      "#cfcdc9",
      "#a6abb6",
      "#868c98",
      "#3f4652",
      "#2e343d",
      "#20242b",
      "#15171b",
      "#101216",
      "#0b0c0f",
    ],
  },
});
