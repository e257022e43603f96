package kubelab.course;

/**
 * One statement that the course tests on a live cluster.
 *
 * @param section the chapter's topic, such as {@code pods}
 * @param text the statement in our own words, AsciiDoc
 * @param shows the sentence that the proof shows, true as written; for F the counter-statement. AsciiDoc
 * @param caveat what is wrong or missing in the statement, AsciiDoc; empty for T
 * @param proof fully qualified class that implements {@code kubelab.labkit.Proof}
 * @param falsifier under what the same probe must fail
 */
public record Claim(
        String id,
        String section,
        String text,
        Verdict verdict,
        String shows,
        String caveat,
        String proof,
        String falsifier) {
    /** What a live cluster says to the statement. */
    public enum Verdict {
        T("true"),
        N("true, with a caveat"),
        O("outdated"),
        F("false as stated");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** {@link #shows} for a terminal: without AsciiDoc's marks. */
    public String shown() {
        return shows.replaceAll("[`*_]", "");
    }

    /** The proof's file inside a source root. */
    public String sourceFile() {
        return proof.replace('.', '/') + ".java";
    }
}
