package dev.pharos.control.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Every list of the OpenAPI document, asked for as people ask: its beginning, a page in the middle, and by searches. */
final class Lists {
    /** Pages of {@link #LONGEST} to turn before one is in the middle. */
    private static final int TURNS = 10;

    private static final String LONGEST = "?limit=500";

    /** A part of hundreds of names, a part of the ids of as many hosts, and what finds nothing. */
    private static final List<String> SEARCHES = List.of("many-77", "000077", "nobody-at-all");

    /** Too short for an index of three letters each; the record of changes and that of revisions refuse it. */
    private static final String SHORT = "zz";

    private Lists() {}

    /** Paths with queries, all of them for one list together. */
    static List<String> calls(Rest api) {
        return paths(api).stream()
                .flatMap(list ->
                        Stream.concat(pages(api, list), SEARCHES.stream().map(words -> list + "?q=" + words)))
                .toList();
    }

    /** Searches that have to read every name. */
    static List<String> shortSearches(Rest api) {
        return paths(api).stream()
                .map(list -> list + "?q=" + SHORT)
                .filter(call -> api.get(call).status() == 200)
                .toList();
    }

    private static Stream<String> pages(Rest api, String list) {
        String cursor = "";
        for (int turn = 0; turn < TURNS; turn++) {
            String next = api.get(page(list, cursor)).at("nextCursor");
            if (next.isEmpty()) {
                break;
            }
            cursor = next;
        }
        Stream<String> first = Stream.of(list, list + LONGEST);
        return cursor.isEmpty() ? first : Stream.concat(first, Stream.of(page(list, cursor)));
    }

    private static String page(String list, String cursor) {
        return list + LONGEST + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
    }

    /** Those whose operation takes a cursor. */
    private static List<String> paths(Rest api) {
        List<String> lists = new ArrayList<>();
        for (var path : api.get("openapi.json").body().path("paths").properties()) {
            boolean isList = path.getValue()
                    .path("get")
                    .path("parameters")
                    .valueStream()
                    .anyMatch(parameter -> parameter.path("name").asString("").equals("cursor"));
            if (isList) {
                lists.add(ofSomething(api, path.getKey().replace("/api/v1/", "")));
            }
        }
        return lists;
    }

    /** A list within a resource: within the last of the first page of those. */
    private static String ofSomething(Rest api, String path) {
        if (!path.contains("{")) {
            return path;
        }
        JsonNode items = api.get(path.substring(0, path.indexOf('/'))).body().path("items");
        return path.replaceAll(
                "\\{[^}]+}", items.path(items.size() - 1).path("id").asString());
    }
}
