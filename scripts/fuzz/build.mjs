// Bundles the checks with all readers and counts in a table of bytes which blocks of code run, as coverage-guided
// fuzzing needs it. esbuild prints code in one shape, one statement a line, so lines are enough to find the blocks and
// no parser is needed.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Slots of the table; blocks beyond share them. */
export const SLOTS = 1 << 13

/** Writes the bundle to `outfile`: the exports of checks.mjs, and `hits`, the table. */
export async function buildTarget(outfile) {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: ['scripts/fuzz/checks.mjs'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: "import { createRequire as $create } from 'node:module'; const require = $create(import.meta.url);" },
    outfile,
    logLevel: 'warning',
  })
  return instrument(outputFiles[0].text)
}

const BLOCK = /(?:\)|\belse|\bdo|\btry|\bfinally|\bcatch|=>) \{$/
const NO_BLOCK = /^\s*(?:switch\b|class\b|var\b.*= class\b|.*\bclass\b)/
const CASE = /^\s*(?:case .*|default):$/
const LEAVES = /^(\s*)if \(.*\) (?:return|throw|continue|break)\b.*;$/

function instrument(code) {
  const lines = code.split('\n')
  let slot = 0
  const count = () => `$hits[${slot++ % SLOTS}]++;`
  const counted = lines.map((line, at) => {
    if ((BLOCK.test(line) && !NO_BLOCK.test(line)) || CASE.test(line)) return line + count()
    // What comes after an early exit is a block of its own, when it stands at the same depth.
    const leaves = LEAVES.exec(line)
    const next = lines[at + 1] ?? ''
    const stays = leaves !== null && next.startsWith(leaves[1]) && !/^\s*(?:else\b|\})/.test(next)
    return stays && / {2}/.test(leaves[1]) && !isLoneBody(lines, at, leaves[1]) ? line + count() : line
  })
  return { blocks: slot, code: `export const $hits = new Uint8Array(${SLOTS});\n${counted.join('\n')}` }
}

/** `for (…)` on the line before has this line as its only statement. */
function isLoneBody(lines, at, indent) {
  const before = lines[at - 1] ?? ''
  return !before.startsWith(indent) && !before.endsWith('{') && !before.endsWith(':')
}
