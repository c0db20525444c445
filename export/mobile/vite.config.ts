import { defineConfig } from 'vitest/config';

import { modelInPage } from './plugins/model-in-page.ts';
import { LITERT_FOLDER, offline } from './plugins/offline.ts';
import { pageTexts } from './plugins/page-texts.ts';

export default defineConfig({
  // Can be served from any folder of any host.
  base: './',
  define: { __LITERT_FOLDER__: JSON.stringify(LITERT_FOLDER) },
  plugins: [pageTexts(), offline(), modelInPage()],
  worker: { format: 'iife' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // No inlining: the page's security policy does not allow inline data.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { main: 'index.html', 'service-worker': 'src/offline/service-worker.ts' },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  test: { include: ['test/**/*.test.ts', 'plugins/**/*.test.ts'], testTimeout: 60_000 },
});
