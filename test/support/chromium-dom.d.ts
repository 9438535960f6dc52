/**
 * The names of the DOM that playwright's types mention. Not the DOM itself: a test that wrote
 * `document` would compile and then not find one, since it runs in Node.
 */
interface Node {}
interface HTMLElement extends Node {}
interface SVGElement extends Node {}
interface HTMLElementTagNameMap {}
