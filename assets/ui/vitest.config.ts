import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte()],
  define: { __DIXI_VERSION__: JSON.stringify('0.0.0-test') },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'node' },
})
