import { defineConfig } from 'vitest/config'

/** Tests that ask other programs (Pythons, Go, a browser). Each skips with a message when its program is missing. */
export default defineConfig({
  test: {
    include: ['test/oracles/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { TZ: 'UTC' },
  },
})
