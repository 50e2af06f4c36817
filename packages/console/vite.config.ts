/** The console as static files, which the server hands out below /console/. */
import { defineConfig } from 'vite'

// biome-ignore lint/style/noDefaultExport: Vite reads its settings so
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2024',
    // The policy of the page lets nothing in that is not a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
  },
})
