package dev.pharos.agent.mesh;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From non-zero ints to objects, looked up per packet without allocating: open addressing with linear probing, at most
 * half full. Keys are random, so their low bits spread them, shifted past those that name an event loop.
 */
final class IntMap<T> {
    private static final int FREE = 0;

    private int[] keys = new int[16];
    private @Nullable Object[] values = new Object[16];
    private int size;

    @SuppressWarnings("unchecked")
    @Nullable
    T get(int key) {
        if (key == FREE) {
            return null;
        }
        return (T) values[slot(key)];
    }

    void put(int key, T value) {
        if (key == FREE) {
            throw new IllegalArgumentException("key 0 marks a free slot");
        }
        if (size * 2 >= keys.length) {
            grow();
        }
        int slot = slot(key);
        if (keys[slot] == FREE) {
            keys[slot] = key;
            size++;
        }
        values[slot] = value;
    }

    /** Closes the gap behind it, so that no tombstones pile up. */
    void remove(int key) {
        int gap = slot(key);
        if (key == FREE || keys[gap] == FREE) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        for (int next = gap + 1 & mask; keys[next] != FREE; next = next + 1 & mask) {
            if ((next - home(keys[next]) & mask) >= (next - gap & mask)) {
                keys[gap] = keys[next];
                values[gap] = values[next];
                gap = next;
            }
        }
        keys[gap] = FREE;
        values[gap] = null;
    }

    int size() {
        return size;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = Arrays.copyOf(new Object[0], keys.length);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private int home(int key) {
        return (key ^ key >>> 16) & keys.length - 1;
    }

    /** Where the key is, or the free slot where it would be. */
    private int slot(int key) {
        int mask = keys.length - 1;
        int slot = home(key);
        while (keys[slot] != FREE && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
