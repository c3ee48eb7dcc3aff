import { defineConfig } from 'vitest/config'

const isCoverage = process.argv.includes('--coverage')

/** Tests that start the program as a process of its own, where nothing is counted. */
const PROCESSES = ['test/cli/{cases,completion,launcher,signals}.test.ts', 'test/{docs,package}.test.ts', 'test/io/**']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/oracles/**', ...(isCoverage ? PROCESSES : ['test/in-process/**'])],
    globalSetup: ['test/support/build-cli.ts'],
    // Two cores are what CI has; a test that starts the program waits for a whole Node process.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // By itself it leaves a core to the runner, which has little to do.
    maxWorkers: '100%',
    env: { TZ: 'UTC' },
    coverage: {
      provider: 'v8',
      include: ['formats/**/*.ts', 'src/model/**/*.ts', 'src/analysis/**/*.ts'],
      reporter: ['text', 'json'],
      reportOnFailure: true,
      thresholds: {
        'formats/**': { branches: 95 },
        'src/model/**': { branches: 95 },
        'src/analysis/**': { branches: 95 },
      },
    },
  },
})
