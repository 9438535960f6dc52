/* Defines the global `console`, before `main` is imported. */
import { scriptConsole } from "yieldcam/common/script-console";

globalThis.console = scriptConsole;
