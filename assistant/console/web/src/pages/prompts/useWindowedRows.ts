/** Shows only those rows of a long list that are in sight, so that thousands scroll like ten. */

import { computed, onBeforeUnmount, onMounted, type Ref, ref, watch } from "vue";

const BEYOND = 10; // rows above and below what is in sight

/**
 * Return which rows are to be there.
 *
 * @param frame - the element that holds the rows; the window scrolls it
 * @param count - how many there are
 * @param height - of each, in pixels
 */
export function useWindowedRows(frame: Ref<HTMLElement | null>, count: Ref<number>, height: number) {
  const first = ref(0);
  const last = ref(40);
  let asked = 0;

  function look(): void {
    asked = 0;
    const top = frame.value?.getBoundingClientRect().top ?? 0;
    first.value = Math.max(0, Math.floor(-top / height) - BEYOND);
    last.value = Math.ceil((window.innerHeight - top) / height) + BEYOND;
  }

  function lookSoon(): void {
    asked ||= requestAnimationFrame(look);
  }

  onMounted(() => {
    window.addEventListener("scroll", lookSoon, { passive: true });
    window.addEventListener("resize", lookSoon, { passive: true });
    look();
  });
  onBeforeUnmount(() => {
    window.removeEventListener("scroll", lookSoon);
    window.removeEventListener("resize", lookSoon);
    cancelAnimationFrame(asked);
  });
  watch([count, frame], lookSoon, { flush: "post" });

  const start = computed(() => Math.min(first.value, Math.max(0, count.value - 1)));
  const end = computed(() => Math.min(last.value, count.value));
  return {
    start,
    end,
    above: computed(() => start.value * height),
    below: computed(() => Math.max(0, count.value - end.value) * height),
    /** Bring a row into sight. */
    reveal(row: number): void {
      const top = (frame.value?.getBoundingClientRect().top ?? 0) + row * height;
      if (top < 80) window.scrollBy({ top: top - 80 });
      else if (top + height > window.innerHeight - 16) window.scrollBy({ top: top + height - window.innerHeight + 16 });
      look();
    },
  };
}
