// Two outputs: the library as plain tsc output (dist/src, dist/formats), and the command line bundled with its
// commands and codecs as separate chunks (dist/cli): loading yargs as ~100 small files costs more than any small profile.
// `node scripts/build.mjs --cli` only renews the bundle.
import { spawnSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
// Built beside its place and then moved, so that whoever runs the program meanwhile never meets half of it.
const fresh = `.dist-${process.pid}`

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

const bundle = (outdir) =>
  build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outdir,
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

if (process.argv.includes('--cli')) {
  await bundle('dist/cli')
} else {
  try {
    const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--outDir', fresh]
    const compiled = spawnSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' })
    await bundle(`${fresh}/cli`)
    rmSync(`${root}/dist`, { recursive: true, force: true })
    renameSync(`${root}/${fresh}`, `${root}/dist`)
    process.exitCode = compiled.status ?? 1
  } finally {
    rmSync(`${root}/${fresh}`, { recursive: true, force: true })
  }
}
