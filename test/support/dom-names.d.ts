/**
 * The names of the DOM that playwright's and puppeteer's types mention. It is not the DOM itself: a test that wrote
 * `document` would compile and then not find one, since it runs in Node.
 */
interface Node {}
interface Element extends Node {}
interface HTMLElement extends Element {}
interface SVGElement extends Element {}
interface HTMLFormElement extends HTMLElement {}
interface HTMLIFrameElement extends HTMLElement {}
interface HTMLInputElement extends HTMLElement {}
interface HTMLLinkElement extends HTMLElement {}
interface HTMLScriptElement extends HTMLElement {}
interface HTMLStyleElement extends HTMLElement {}
interface HTMLElementTagNameMap {}
interface SVGElementTagNameMap {}
