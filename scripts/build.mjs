// Two outputs: the library as plain tsc output (dist/src, dist/formats), and the command line bundled with its
// commands and codecs as separate chunks (dist/cli): loading yargs as ~100 small files costs more than any small profile.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * yargs measures help texts with string-width, whose Intl.Segmenter and emoji tables cost a quarter of a start. Our help
 * is ASCII, and our own measure knows everything else that can stand in an error.
 */
const ownStringWidth = {
  name: 'own-string-width',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, () => ({ path: 'string-width', namespace: 'own' }))
    onLoad({ filter: /.*/, namespace: 'own' }, () => ({
      contents: "export { displayWidth as default } from './src/encode/terminal.ts'",
      resolveDir: root,
    }))
  },
}

rmSync(`${root}/dist`, { recursive: true, force: true })
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
})

await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  plugins: [ownStringWidth],
  // yargs and csv-stringify are bundled; what is CommonJS inside them may call require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
process.exitCode = compiled.status ?? 1
