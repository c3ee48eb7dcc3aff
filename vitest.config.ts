import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/oracles/**'],
    globalSetup: ['test/support/build-cli.ts'],
    // Two cores are what CI has; a test that starts the program waits for a whole Node process.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // By itself it leaves a core to the runner, which has little to do.
    maxWorkers: '100%',
    env: { TZ: 'UTC' },
  },
})
