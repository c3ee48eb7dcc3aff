// Two outputs: the library as plain tsc output (dist/src, dist/formats), and the command line bundled into one file
// (dist/cli): loading it as some hundred small files costs more than reading any small profile. One chunk a command
// was tried: analyze then loads forty of them, and takes 0.3 times an empty script longer, while formats gains 0.1.
// Only the help has a file of its own, because yargs is a sixth of all code and nothing else needs it. The bundle is
// CommonJS, since Node 20 takes compiled code from the disk (scripts/compile.mjs) only for scripts.
// `node scripts/build.mjs --cli` only renews the bundle.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
// Built beside its place and then moved, so that whoever runs the program meanwhile never meets half of it.
const fresh = `.dist-${process.pid}`
const old = `.dist-${process.pid}-old`

/**
 * yargs measures help texts with string-width, whose Intl.Segmenter and emoji tables take longer to load than the help
 * to write. Our help is ASCII.
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

/**
 * `import` of a built-in module copies all it exports, and so runs the getters of what nobody asked for (the process's
 * streams, all of node:crypto). Asked for this way a module costs what is used of it.
 */
const builtinsAsTheyAre = {
  name: 'builtins-as-they-are',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '')
      return builtinModules.includes(name) ? { path: name, namespace: 'builtin' } : undefined
    })
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}')`,
    }))
  },
}

/** Required, because import() in a script that comes from a cache is an experiment of Node's. */
const helpApart = {
  name: 'help-apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/help-text\.js$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'apart' } : undefined,
    )
    onResolve({ filter: /\.cjs$/, namespace: 'apart' }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({
      contents: `module.exports = require('${path.replace(/\.js$/, '.cjs')}')`,
    }))
  },
}

async function bundle(outdir) {
  // Compiled code is known by the length of its source alone, so that of another bundle must not lie beside this one.
  const before = existsSync(`${root}/${outdir}`) ? readdirSync(`${root}/${outdir}`) : []
  for (const name of before) if (name.endsWith('.cache')) rmSync(`${root}/${outdir}/${name}`)
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts', 'src/cli/help-text.ts'],
    outdir,
    bundle: true,
    minifySyntax: true,
    // A quarter less to scan at every start. Names stay, for stack traces and profiles of our own.
    minifyWhitespace: true,
    legalComments: 'external',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    target: 'node20',
    // yargs asks where it is.
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href" },
    plugins: [ownStringWidth, builtinsAsTheyAre, helpApart],
    logLevel: 'warning',
  })
  // esbuild leaves template literals as they are. In ASCII a character is one byte, in memory too.
  const main = `${root}/${outdir}/main.cjs`
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  writeFileSync(main, readFileSync(main, 'utf8').replace(/[^\0-\x7f]/g, escaped))
}

/** Where the bundle stays, because compiled code holds its path. A program without starts as well, a little later. */
function compile() {
  spawnSync(process.execPath, ['scripts/compile.mjs', 'dist/cli'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

if (process.argv.includes('--cli')) {
  await bundle('dist/cli')
  compile()
} else {
  try {
    const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--outDir', fresh]
    const compiled = spawnSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' })
    // The command line is no part of the library; it is in the bundle.
    rmSync(`${root}/${fresh}/src/cli`, { recursive: true, force: true })
    await bundle(`${fresh}/cli`)
    if (existsSync(`${root}/dist`)) renameSync(`${root}/dist`, `${root}/${old}`)
    renameSync(`${root}/${fresh}`, `${root}/dist`)
    compile()
    process.exitCode = compiled.status ?? 1
  } finally {
    for (const folder of [fresh, old]) rmSync(`${root}/${folder}`, { recursive: true, force: true })
  }
}
