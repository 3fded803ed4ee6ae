package dev.pharos.agent.mesh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * From non-zero ints to objects, looked up per packet without allocating. One thread changes it, any may look: chains in a
 * bucket are immutable and published whole, so that a look finds what was put before it and not removed since. Keys are
 * random, so their bits spread them, mixed because low ones name an event loop.
 */
final class IntMap<T> {
    private static final int NONE = 0;
    private static final int FIRST_BUCKETS = 16;

    private record Link<T>(int key, T value, @Nullable Link<T> next) {}

    private volatile AtomicReferenceArray<@Nullable Link<T>> buckets = new AtomicReferenceArray<>(FIRST_BUCKETS);
    private int size;

    @Nullable
    T get(int key) {
        AtomicReferenceArray<@Nullable Link<T>> current = buckets;
        Link<T> link = current.get(bucket(key, current.length()));
        while (link != null && link.key != key) {
            link = link.next;
        }
        return link == null ? null : link.value;
    }

    void put(int key, T value) {
        if (key == NONE) {
            throw new IllegalArgumentException("key 0 stands for none");
        }
        if (size >= buckets.length()) {
            grow();
        }
        size += get(key) == null ? 1 : 0;
        int bucket = bucket(key, buckets.length());
        buckets.set(bucket, new Link<>(key, value, without(key, buckets.get(bucket))));
    }

    void remove(int key) {
        if (get(key) == null) {
            return;
        }
        int bucket = bucket(key, buckets.length());
        buckets.set(bucket, without(key, buckets.get(bucket)));
        size--;
    }

    private static <T> @Nullable Link<T> without(int key, @Nullable Link<T> chain) {
        Link<T> others = null;
        for (Link<T> link = chain; link != null; link = link.next) {
            others = link.key == key ? others : new Link<>(link.key, link.value, others);
        }
        return others;
    }

    int size() {
        return size;
    }

    /** What there is, in no order that means anything; a copy. */
    List<T> values() {
        List<T> all = new ArrayList<>(size);
        for (int i = 0; i < buckets.length(); i++) {
            for (Link<T> link = buckets.get(i); link != null; link = link.next) {
                all.add(link.value);
            }
        }
        return all;
    }

    private void grow() {
        AtomicReferenceArray<@Nullable Link<T>> larger = new AtomicReferenceArray<>(buckets.length() * 2);
        for (int i = 0; i < buckets.length(); i++) {
            for (Link<T> link = buckets.get(i); link != null; link = link.next) {
                int bucket = bucket(link.key, larger.length());
                larger.set(bucket, new Link<>(link.key, link.value, larger.get(bucket)));
            }
        }
        buckets = larger;
    }

    private static int bucket(int key, int buckets) {
        return (key ^ key >>> 16) & buckets - 1;
    }
}
