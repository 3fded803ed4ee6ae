import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#edf6fc",
  "#d6e8f4",
  "#aacfe8",
  "#7bb4db",
  "#549dcf",
  "#3a8cc4",
  "#2a7fb8",
  "#1f71a8",
  "#1b6395",
  "#124d77",
];

const night: MantineColorsTuple = [
  "#d6dde6",
  "#b9c4d1",
  "#98a6b7",
  "#6d7d90",
  "#37465a",
  "#2b394b",
  "#1c2734",
  "#131c27",
  "#0d141d",
  "#080d14",
];

/** Colours, type and spacing of every screen. Contrasts hold WCAG AA in both schemes; a browser test checks them. */
export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 8, dark: 7 },
  colors: { sea, dark: night },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: "650" },
  components: {
    Alert: {
      defaultProps: { variant: "outline" },
      styles: {
        root: { background: "var(--pharos-surface)" },
        label: { color: "var(--mantine-color-text)" },
        message: { color: "var(--mantine-color-text)" },
      },
    },
    Badge: { defaultProps: { variant: "default", tt: "none", fw: 500 } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { blur: 2 } },
      styles: {
        content: { background: "var(--pharos-surface)" },
        header: { background: "var(--pharos-surface)" },
        title: { fontWeight: 650, fontSize: "var(--mantine-font-size-lg)" },
      },
    },
  },
});

/** Mantine's own choices that are too faint for small text. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f4f6f9",
    "--mantine-color-text": "#17212c",
    "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
    "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
    "--mantine-color-error": "var(--mantine-color-red-9)",
    "--pharos-surface": "var(--mantine-color-white)",
    "--pharos-line": "var(--mantine-color-gray-2)",
    "--pharos-online": "#1a7f4b",
    "--pharos-pending": "#8a5300",
    "--pharos-blocked": "#b3261e",
    "--pharos-silent": "#5c6773",
  },
  dark: {
    "--mantine-color-dimmed": "var(--mantine-color-dark-2)",
    "--mantine-color-placeholder": "var(--mantine-color-dark-2)",
    "--mantine-color-error": "var(--mantine-color-red-4)",
    "--mantine-color-disabled": "var(--mantine-color-dark-5)",
    "--mantine-color-disabled-color": "var(--mantine-color-dark-2)",
    "--pharos-surface": "var(--mantine-color-dark-6)",
    "--pharos-line": "var(--mantine-color-dark-5)",
    "--pharos-online": "#4cc38a",
    "--pharos-pending": "#f2b134",
    "--pharos-blocked": "#ff8a80",
    "--pharos-silent": "#98a6b7",
  },
});
