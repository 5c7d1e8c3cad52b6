import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * The console is served with `script-src 'self'; style-src 'self'`, so nothing may end up inside the page: no inlined files, no polyfill, no
 * style elements. Names under /assets/ carry a digest and are kept by browsers for good.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
})
