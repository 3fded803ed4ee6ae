package dev.pharos.lab.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Bars of the main figures as an SVG picture that follows the reader's light or dark theme. */
final class Chart {
    private static final List<Row> ROWS = List.of(Row.TCP_1, Row.TCP_4, Row.UDP, Row.SMALL, Row.PING, Row.CPU);
    private static final List<String> SHOWN = List.of(LineUp.PHAROS, LineUp.WIREGUARD, LineUp.NEBULA, LineUp.BOUND);

    private static final int WIDTH = 860;
    private static final int PANEL_WIDTH = 400;
    private static final int COLUMN = 430;
    private static final int TOP = 44;
    private static final int HEAD = 26;
    private static final int BAR = 16;
    private static final int STEP = 24;
    private static final int LABEL = 96;
    private static final int FIGURE = 84;

    private Chart() {}

    /** Two columns of panels, one for each row that was measured; bars of a panel share its scale, which starts at zero. */
    static String of(String title, Results results) {
        List<Row> rows = ROWS.stream()
                .filter(row -> SHOWN.stream()
                        .anyMatch(each -> results.median(each, row).isPresent()))
                .toList();
        int panel = HEAD + SHOWN.size() * STEP + 18;
        int height = TOP + (rows.size() + 1) / 2 * panel;
        StringBuilder svg =
                new StringBuilder("""
                    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
                    <style>
                      text { font: 13px system-ui, sans-serif; fill: #3b4252; }
                      .title { font-size: 16px; font-weight: 600; }
                      .head { font-weight: 600; }
                      .figure { fill: #5b6475; }
                      .bar { fill: #a9b3c1; }
                      .bound { fill: none; stroke: #a9b3c1; stroke-dasharray: 3 3; }
                      .pharos { fill: #2f7ed8; }
                      @media (prefers-color-scheme: dark) {
                        text { fill: #e3e7ee; }
                        .figure { fill: #aeb7c5; }
                        .bar { fill: #5d6878; }
                        .bound { stroke: #8390a3; }
                        .pharos { fill: #58a0f0; }
                      }
                    </style>
                    <text class="title" x="0" y="20">%s</text>
                    """.formatted(WIDTH, height, WIDTH, height, escaped(title), escaped(title)));
        for (int i = 0; i < rows.size(); i++) {
            panel(svg, rows.get(i), results, i % 2 * COLUMN, TOP + i / 2 * panel);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void panel(StringBuilder svg, Row row, Results results, int left, int top) {
        boolean less = row.better() == Row.Better.LOWER;
        svg.append("<text class=\"head\" x=\"%d\" y=\"%d\">%s, %s%s</text>\n"
                .formatted(left, top + 12, escaped(row.title()), escaped(row.unit()), less ? " (less is better)" : ""));
        double longest = SHOWN.stream()
                .mapToDouble(each -> results.median(each, row).orElse(0))
                .max()
                .orElse(0);
        int y = top + HEAD;
        for (String contender : SHOWN) {
            OptionalDouble median = results.median(contender, row);
            if (median.isPresent()) {
                bar(svg, contender, row.format(median.getAsDouble()), median.getAsDouble() / longest, left, y);
                y += STEP;
            }
        }
    }

    private static void bar(StringBuilder svg, String contender, String figure, double share, int left, int y) {
        double width = Math.max(1, share * (PANEL_WIDTH - LABEL - FIGURE));
        svg.append(String.format(
                Locale.ROOT,
                """
                <text x="%d" y="%d">%s</text>
                <rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>
                <text class="figure" x="%.1f" y="%d">%s</text>
                """,
                left,
                y + 12,
                escaped(contender),
                contender.equals(LineUp.PHAROS) ? "pharos" : contender.equals(LineUp.BOUND) ? "bound" : "bar",
                left + LABEL,
                y,
                width,
                BAR,
                left + LABEL + width + 8,
                y + 12,
                escaped(figure)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
