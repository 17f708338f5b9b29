/** Builds elements: the little that a page without a framework needs of one. */

export type Child = Node | string | undefined | false;

/**
 * Attributes by name. `true` sets an empty attribute, `false` and undefined leave it out;
 * `on…` takes a listener. Styles are not set here: the policy of the page forbids the attribute.
 */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | ((event: Event) => void);
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else setAttribute(made, name, value);
  }
  append(made, children);
  return made;
}

/** Sets, or where the value is false or undefined removes, one attribute. */
export function setAttribute(
  target: Element,
  name: string,
  value: string | number | boolean | undefined,
): void {
  const text = value === true ? '' : String(value);
  if (value === undefined || value === false) target.removeAttribute(name);
  else if (target.getAttribute(name) !== text) target.setAttribute(name, text);
}

/** Changes a text only where it differs, so that a screen reader is not made to repeat it. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function append(target: Element, children: readonly Child[]): void {
  for (const child of children) if (child) target.append(child);
}

/** The element with this id, which index.html has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}`);
  return found;
}
