// `node scripts/bench/diff/large.mjs`: two call graphs of 10,000 functions and 50,000 edges, compared; CPU seconds of the
// first comparison in a fresh process, with what matching, blame and judgement take, but without reading files.
import { diffProfiles, memorySource, readProfile } from '../../../dist/src/index.js'
import { randomFrom } from '../random.mjs'

const FUNCTIONS = 10_000
const EDGES = 50_000

/** A program in collapsed stacks has no calls, so the graph is written as callgrind. */
function program(factor) {
  const random = randomFrom(7)
  const lines = ['# callgrind format', 'version: 1', 'creator: callgrind-bench', 'events: Ir', '']
  for (let fn = 0; fn < FUNCTIONS; fn++) {
    lines.push(
      `fl=/srv/app/module_${fn % 400}.c`,
      `fn=function_${fn}`,
      `${fn + 1} ${Math.round((100 + random(900)) * factor(fn))}`,
    )
    for (let call = 0; call < EDGES / FUNCTIONS && fn + 1 < FUNCTIONS; call++) {
      const callee = fn + 1 + random(Math.min(FUNCTIONS - fn - 1, 500))
      lines.push(
        `cfi=/srv/app/module_${callee % 400}.c`,
        `cfn=function_${callee}`,
        `calls=${1 + random(9)} 1`,
        `1 ${random(5000)}`,
      )
    }
  }
  return readProfile(memorySource('bench.callgrind', new TextEncoder().encode(`${lines.join('\n')}\n`)))
}

const before = await program(() => 1)
const after = await program((fn) => (fn % 97 === 0 ? 1.3 : 1))
const start = process.cpuUsage()
const diff = diffProfiles(before, after)
for (let row = 0; row < diff.length; row++) diff.row(row)
const { user, system } = process.cpuUsage(start)
console.log(
  `${diff.length} functions, ${diff.graph.edges.length} edges: ${((user + system) / 1e6).toFixed(2)} s of CPU`,
)
