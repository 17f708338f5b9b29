/**
 * Builds the page that the gateway serves at `/`. Everything comes from this origin, in files of
 * their own, so that the strictest content security policy can be set on it.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Vite reads its configuration from a default export, the one place where there is one.
export default defineConfig({
  root: here('./gateway/web'),
  base: './',
  build: {
    outDir: here('./dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
