/**
 * An element. Text becomes text nodes, so that no message can become HTML; attributes are set as they are named, and
 * left out where they are false or undefined. A function is listened to as a click.
 *
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined | ((event: MouseEvent) => void)>} [attributes]
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener('click', value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * The element of index.html with this id.
 *
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
export function find(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * A radio button in its label, as the choices of this page are made of.
 *
 * @param {{ name: string, value: string, checked: boolean }} radio
 * @param {...(Node | string | undefined)} label
 */
export function radio({ name, value, checked }, ...label) {
  return h('label', {}, h('input', { type: 'radio', name, value, checked }), h('span', {}, ...label));
}
