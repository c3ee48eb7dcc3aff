// `node scripts/bench/cpupro.mjs PACKAGE.JSON FILE`: what cpupro 0.7 does with a cpuprofile before it shows anything: reads
// it in pieces, and prepares trees and sums for its views. cpupro does this in the browser; the code is that of the page
// which it ships, up to where the page would be drawn. Prints the microseconds of its samples, and how many functions.
import { createReadStream, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInThisContext } from 'node:vm'

const [manifest, file] = process.argv.slice(2)
const require = createRequire(manifest)
// A dependency of cpupro, not of ours.
const READER = '@discoveryjs/json-ext'
const { parseChunked } = require(READER)

const page = readFileSync(require.resolve('./build/report.html'), 'utf8')
const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page)
// The module that sets up the data, by what it is given, and the statement that starts the page.
const setUp = /([\w$]+),([\w$]+)=\w+\(\(\)=>\{(?:[\w$]+\(\);)*\1=function\(\{defineObjectMarker:\w+,addQueryHelpers:/
const start = /var [\w$]+=[\w$]+;(?:[\w$]+\(\);)+[\w$]+\(Promise\.resolve\(\)/
const [, name, load] = setUp.exec(script) ?? []
const end = start.exec(script)?.index
if (name === undefined || end === undefined) throw new Error('this is not the page of cpupro 0.7')
const setup = runInThisContext(`let setup;${script.slice(0, end)};${load}();setup=${name}})();setup`)

let prepare
setup({
  defineObjectMarker: () => () => {},
  addQueryHelpers: () => {},
  setPrepare: (given) => {
    prepare = given
  },
})
const data = await parseChunked(createReadStream(file, { highWaterMark: 1 << 19 }))
const { totalTime, shared } = await prepare(data, {
  markers: new Proxy({}, { get: () => () => {} }),
  setWorkTitle: async () => {},
  rejectData: (message) => {
    throw new Error(message)
  },
})
console.log(totalTime, shared.callFrames.length)
