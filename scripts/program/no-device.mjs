throw new Error("tests have no device: test the modules that main.ts imports, and not main.ts itself");
