import { readFileSync } from 'node:fs'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/** The box's version: the page is built with the binary and must speak to the same one. */
function boxVersion(): string {
  const cargo = readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8')
  const version = /^version = "(.+)"$/m.exec(cargo)?.[1]
  if (!version) throw new Error('Cargo.toml names no version')
  return version
}

const box = process.env.DIXI_URL ?? 'http://127.0.0.1:3001'

export default defineConfig({
  plugins: [svelte()],
  define: { __DIXI_VERSION__: JSON.stringify(boxVersion()) },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The box's content policy allows files of its own only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Temml, which is loaded with the first formula, is the largest.
    chunkSizeWarningLimit: 210,
    rolldownOptions: { input: ['index.html', 'projector.html'] },
  },
  // `npm run dev` shows the page from source against a running box.
  server: {
    proxy: { '/api': { target: box, ws: true, changeOrigin: true, headers: { origin: box } } },
  },
})
