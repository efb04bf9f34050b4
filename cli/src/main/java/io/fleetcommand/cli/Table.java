package io.fleetcommand.cli;

import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under a head, each column as wide as its widest cell; the last one runs on. Cells may be text from anywhere: what
 * a terminal would obey is made visible, and what is too long is cut.
 */
final class Table {
    private static final String GAP = "  ";
    /** Takes any id and name that the processor accepts. */
    private static final int WIDEST = 200;
    /** Of what runs on. */
    private static final int LONGEST = 2_000;

    private final List<String[]> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(head);
    }

    void row(Object... cells) {
        String[] row = new String[cells.length];
        Arrays.setAll(
                row,
                column -> VisibleText.of(String.valueOf(cells[column]), column < row.length - 1 ? WIDEST : LONGEST));
        rows.add(row);
    }

    void print(PrintWriter out) {
        int last = rows.get(0).length - 1;
        int[] widths = new int[last];
        rows.forEach(row -> Arrays.setAll(widths, column -> Math.max(widths[column], row[column].length())));
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < last; column++) {
                line.append(row[column])
                        .append(" ".repeat(widths[column] - row[column].length()))
                        .append(GAP);
            }
            out.println(Colour.statuses(line.append(row[last]).toString().stripTrailing()));
        }
        out.flush();
    }
}
