/** Folder of LiteRT.js' WebAssembly relative to the page; defined by vite.config.ts. */
declare const __LITERT_FOLDER__: string;
