package kubelab.containers.runtime.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of which some versions are here, and what stands for the others. A tag that the real repository may have
 * is simulated by the nearest version that is here; a tag that it cannot have stays unknown, so that exercises about
 * broken images break here, too.
 *
 * @param repositories in full, without a tag
 * @param minors major version → highest minor version that there is; a release after that is refused until it is added
 * @param words tags (or first parts of tags) that are no versions, such as {@code latest}
 * @param images version → full name of the image that is here; the last one is the newest
 */
record ImageFamily(List<String> repositories, Map<Integer, Integer> minors, Set<String> words, List<Version> images) {
    /** Bases and builds that follow a version: {@code 1.27-alpine}, {@code 7.4-bookworm}, {@code 1.27.0-alpine3.19-slim}. */
    private static final Pattern TAG = Pattern.compile("([a-z]+|v?[0-9]+(?:\\.[0-9]+){0,2})"
            + "((?:-(?:alpine|bookworm|bullseye|buster|trixie|glibc|musl|uclibc|otel|perl|slim)[0-9.]*)*)");

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Set<String> VARIANTS =
            Set.of("alpine", "bookworm", "bullseye", "glibc", "musl", "perl", "uclibc");
    private static final int MAX_PATCH = 30;

    ImageFamily {
        repositories = List.copyOf(repositories);
        minors = Map.copyOf(minors);
        words = Set.copyOf(words);
        images = List.copyOf(images);
    }

    /** @param image full name of the image of this version */
    record Version(int major, int minor, String image) {
        boolean newerThan(int otherMajor, int otherMinor) {
            return major > otherMajor || major == otherMajor && minor > otherMinor;
        }
    }

    /** @param name in full. @return the full name of the image that stands for it; empty when there can be no such image */
    Optional<String> standIn(String name) {
        int at = name.indexOf('@');
        String named = at < 0 ? name : name.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/'));
        String repository = colon < 0 ? named : named.substring(0, colon);
        if (!repositories.contains(repository)) {
            return Optional.empty();
        }
        if (at >= 0 && !DIGEST.matcher(name.substring(at + 1)).matches()) {
            return Optional.empty();
        }
        return colon < 0 ? Optional.of(newest().image()) : ofTag(named.substring(colon + 1));
    }

    private Version newest() {
        return images.get(images.size() - 1);
    }

    private Optional<String> ofTag(String tag) {
        Matcher parts = TAG.matcher(tag);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String first = parts.group(1);
        if (!first.matches("v?[0-9].*")) {
            return words.contains(first) || VARIANTS.contains(first) && !words.isEmpty()
                    ? Optional.of(newest().image())
                    : Optional.empty();
        }
        String[] numbers = first.replace("v", "").split("\\.");
        int major = number(numbers, 0, 0);
        Integer highest = minors.get(major);
        int minor = number(numbers, 1, highest == null ? 0 : highest);
        if (highest == null || minor > highest || number(numbers, 2, 0) > MAX_PATCH) {
            return Optional.empty();
        }
        Version best = images.get(0);
        for (Version each : images) {
            best = each.newerThan(major, minor) ? best : each;
        }
        return Optional.of(best.image());
    }

    /** A part of a version. Five digits are no version, and no int for sure. */
    private static int number(String[] parts, int index, int otherwise) {
        if (index >= parts.length) {
            return otherwise;
        }
        return parts[index].length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(parts[index]);
    }
}
