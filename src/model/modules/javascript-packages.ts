import { describe, type FunctionDescription } from './description.js'
import { withoutExtension } from './source-path.js'

/**
 * Where installed JavaScript lies. Modules of a package are paths that begin with its name; versions are left out, so
 * that two installations of a package, or two runs with different versions, have the same modules.
 *
 *     …/node_modules/outer/node_modules/@scope/inner/lib/x.js          @scope/inner   @scope/inner/lib/x
 *     …/node_modules/.pnpm/left-pad@1.3.0/node_modules/left-pad/a.js   left-pad       left-pad/a
 *     …/npm/registry.example.org/chalk/5.3.0/source/index.js             chalk          chalk/source/index
 *     https://jsr.io/@std/path/1.0.8/mod.ts                            @std/path      @std/path/mod
 */
export function packageAtPath(path: string): FunctionDescription | null {
  const at = lastDirectory(path)
  if (at >= 0) return packageBelow(path.slice(at))
  const deno = DENO_CACHE.exec(path)
  if (deno !== null) return packageModule(deno[1]!, deno[2]!)
  const debian = /^\/usr\/(?:share|lib)\/nodejs\//.exec(path)
  return debian === null ? null : packageNamed(path.slice(debian[0].length))
}

/** Deno keeps what it downloads from a registry by host, name and version. */
const DENO_CACHE = /\/npm\/[\w-]+(?:\.[\w-]+)+\/((?:@[^/]+\/)?[^/@]+)\/\d+\.\d[^/]*\/(.*)/s

/** A package that a URL names: the registries and networks that serve single files. Null for any other host. */
export function packageAtHost(host: string, path: string): FunctionDescription | null {
  for (const [hosts, pattern, prefix] of HOSTS) {
    if (!hosts.test(host)) continue
    const found = pattern.exec(path)
    if (found !== null) return packageModule(`${prefix}${found[1]!}`, found[2] ?? '')
  }
  return null
}

/** `name`, `@scope/name`, each with an optional version that begins behind an `@`; then the file. */
const NPM = String.raw`((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(?:\/(.*))?$`
const GITHUB = String.raw`([^/@]+\/[^/@]+)(?:@[^/]*)?(?:\/(.*))?$`
/** `react/18.2.0/umd/react.js`: the version is a directory. */
const VERSION_DIRECTORY = String.raw`((?:@[^/]+\/)?[^/]+)\/[^/]+\/(.*)$`

/** Hosts; path → name and file; what stands before the name where it is not that of an npm or JSR package. */
const HOSTS: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^jsr\.io$/, new RegExp(`^/${VERSION_DIRECTORY}`, 's'), ''],
  [/^deno\.land$/, new RegExp(`^/x/${NPM}`, 's'), 'deno.land/x/'],
  [/^deno\.land$/, new RegExp(`^/${NPM}`, 's'), 'deno.land/'],
  [/^esm\.sh$/, new RegExp(`^/(?:(?:v\\d+|stable)/)?gh/${GITHUB}`, 's'), 'github.com/'],
  [/^esm\.sh$/, new RegExp(`^/(?:(?:v\\d+|stable)/)?(?:jsr/)?\\*?${NPM}`, 's'), ''],
  [/^(?:cdn|fastly)\.jsdelivr\.net$/, new RegExp(`^/npm/${NPM}`, 's'), ''],
  [/^(?:cdn|fastly)\.jsdelivr\.net$/, new RegExp(`^/gh/${GITHUB}`, 's'), 'github.com/'],
  [/^(?:unpkg\.com|esm\.run)$/, new RegExp(`^/${NPM}`, 's'), ''],
  [/^ga\.jspm\.io$/, new RegExp(`^/npm:${NPM}`, 's'), ''],
  [/^cdn\.skypack\.dev$/, new RegExp(`^/(?:-/|pin/)?${NPM}`, 's'), ''],
  [/^(?:cdnjs\.cloudflare|ajax\.googleapis)\.com$/, new RegExp(`^/ajax/libs/${VERSION_DIRECTORY}`, 's'), ''],
  [/^raw\.githubusercontent\.com$/, /^\/([^/]+\/[^/]+)\/[^/]+\/(.*)$/s, 'github.com/'],
]

const SPECIFIER = new RegExp(`^/?${NPM}`, 's')

/** What follows `npm:` or `jsr:` in Deno: `chalk@5.3.0/source/index.js`. */
export function packageOfSpecifier(specifier: string): FunctionDescription | null {
  const found = SPECIFIER.exec(specifier)
  return found === null ? null : packageModule(found[1]!, found[2] ?? '')
}

export function packageModule(name: string, file: string): FunctionDescription {
  return describe('package', file === '' ? name : withoutExtension(`${name}/${file}`), name)
}

/** Where the path below the last directory of packages begins; -1 when there is none. Packages lie inside others. */
function lastDirectory(path: string): number {
  let end = -1
  for (const directory of ['node_modules/', 'bower_components/']) {
    let at = path.lastIndexOf(directory)
    while (at > 0 && path[at - 1] !== '/') at = path.lastIndexOf(directory, at - 1)
    if (at >= 0) end = Math.max(end, at + directory.length)
  }
  return end
}

/** Null for what build tools keep of the project itself in `node_modules/.cache`. */
function packageBelow(below: string): FunctionDescription | null {
  if (!below.startsWith('.')) return packageNamed(below)
  if (below.startsWith('.cache/')) return null
  const vite = /^\.vite\/deps(?:_ssr)?\/([^/]+)$/.exec(below)
  if (vite !== null) return prebundled(withoutExtension(vite[1]!))
  // Stores of package managers whose packages do not lie in a further node_modules.
  const store = /^\.(?:pnpm|store|bun|deno)\/((?:@[^/@+]+[/+])?[^/@+]+)@[^/]*\/(.*)$/s.exec(below)
  if (store !== null) return packageModule(store[1]!.replace('+', '/'), store[2]!)
  // Yarn; names of packages have at most 214 characters.
  const yarn = /^\.store\/([^@/][^/]{0,213}?)-npm-\d[^/]*\/(?:package\/)?(.*)$/s.exec(below)
  if (yarn !== null) return packageModule(yarn[1]!, yarn[2]!)
  return describe('package', withoutExtension(below))
}

/** `@scope/name/lib/x.js`, or a package of one file, `name.js`. */
function packageNamed(below: string): FunctionDescription {
  const found = /^((?:@[^/]*\/)?[^/]*)(?:\/(.*))?$/s.exec(below)
  if (found === null || found[1] === '') return describe('package', below || null)
  if (found[2] !== undefined) return packageModule(found[1]!, found[2])
  return packageModule(withoutExtension(found[1]!), '')
}

/** Vite writes `react-dom/client` into one file `react-dom_client.js`; what packages share has no name. */
function prebundled(file: string): FunctionDescription {
  const found = /^(?:(@[^_]+)_)?([^_]+)(?:_(.*))?$/s.exec(file)
  if (found === null || file.startsWith('chunk-')) return describe('package', `.vite/deps/${file}`)
  const name = found[1] === undefined ? found[2]! : `${found[1]}/${found[2]!}`
  return packageModule(name, (found[3] ?? '').replaceAll('_', '/'))
}
