package io.fleetcommand.service;

/** Counts the typing errors between two words: letters omitted, inserted, replaced, or swapped with their neighbour. */
final class TypingErrors {
    private TypingErrors() {}

    /** The optimal string alignment distance; if it is larger than {@code max}, any number above {@code max}. */
    static int between(String typed, String meant, int max) {
        if (Math.abs(typed.length() - meant.length()) > max) {
            return max + 1;
        }
        int[][] errors = new int[typed.length() + 1][meant.length() + 1];
        for (int i = 0; i <= typed.length(); i++) {
            for (int j = 0; j <= meant.length(); j++) {
                errors[i][j] = i == 0 || j == 0 ? i + j : distance(errors, typed, meant, i, j);
            }
        }
        return errors[typed.length()][meant.length()];
    }

    private static int distance(int[][] errors, String typed, String meant, int i, int j) {
        boolean same = typed.charAt(i - 1) == meant.charAt(j - 1);
        int fewest = Math.min(Math.min(errors[i - 1][j], errors[i][j - 1]) + 1, errors[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped = i > 1
                && j > 1
                && typed.charAt(i - 1) == meant.charAt(j - 2)
                && typed.charAt(i - 2) == meant.charAt(j - 1);
        return swapped ? Math.min(fewest, errors[i - 2][j - 2] + 1) : fewest;
    }
}
