// Packages that callcost is compared with. They are no dependencies: whoever wants them in the table installs them apart,
// `npm install --prefix scripts/bench/peers cpupro@0.7.0 pprof-format@2.3.2`, or into the folder that the environment
// variable CALLCOST_BENCH_PEERS names.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { leaveOut } from './measure.mjs'

const { CALLCOST_BENCH_PEERS: folder = fileURLToPath(new URL('peers', import.meta.url)) } = process.env
const { resolve } = createRequire(join(folder, 'index.js'))

/** The path of a module of a package, or undefined where it is not installed, which is said. */
export function peerModule(name, module = name) {
  try {
    return resolve(module)
  } catch {
    leaveOut(`${name}, which is not installed (npm install --prefix scripts/bench/peers ${name})`)
    return undefined
  }
}
