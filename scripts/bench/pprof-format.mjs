// `node scripts/bench/pprof-format.mjs MODULE FILE`: decodes a pprof file with the package pprof-format, which makes
// objects of it, and adds up the last value of every sample, so that what it read can be compared.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [module, file] = process.argv.slice(2)
const { default: pprofFormat } = await import(pathToFileURL(module))
let sum = 0
for (const { value } of pprofFormat.Profile.decode(readFileSync(file)).sample) sum += Number(value.at(-1))
console.log(sum)
