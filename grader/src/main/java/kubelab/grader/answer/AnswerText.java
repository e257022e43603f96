package kubelab.grader.answer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text of an answer's bytes: UTF-8, with or without the byte order mark that editors on Windows write. */
final class AnswerText {
    private static final String SAVE_AS = " Save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8).";

    private AnswerText() {}

    static String read(Path file, String shown) throws AnswerProblem, IOException {
        return decode(Files.readAllBytes(file), shown);
    }

    /**
     * @param shown how the file is named to its author
     * @throws AnswerProblem when the bytes are not UTF-8; says what they are and what to do
     */
    static String decode(byte[] bytes, String shown) throws AnswerProblem {
        if (isUtf16(bytes)) {
            throw new AnswerProblem(shown + " is saved as UTF-16, and answers are read as UTF-8." + SAVE_AS);
        }
        boolean marked =
                bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        ByteBuffer text = marked ? ByteBuffer.wrap(bytes, 3, bytes.length - 3) : ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            // the decoder stops before what it cannot read
            int line = 1;
            for (int i = 0; i < text.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new AnswerProblem(shown + " is not UTF-8 text: see line " + line + "." + SAVE_AS);
        }
    }

    /** By its mark; without one by zero bytes in every second place, since Java's own words are ASCII. */
    private static boolean isUtf16(byte[] bytes) {
        if (bytes.length < 2) {
            return false;
        }
        int mark = (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        return mark == 0xFEFF || mark == 0xFFFE || (bytes[0] == 0) != (bytes[1] == 0);
    }
}
