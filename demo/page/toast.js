const SHOWN_MS = 3_000;

/**
 * What Feishu shows above the chat for a moment.
 *
 * @param {HTMLElement} element  a status region, so that it is read out
 */
export function createToast(element) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const clear = () => {
    clearTimeout(timer);
    element.textContent = '';
  };
  return {
    clear,
    /** @param {string} type @param {string} words */
    show(type, words) {
      clear();
      element.dataset.type = type;
      element.textContent = words;
      timer = setTimeout(clear, SHOWN_MS);
    },
  };
}
