import { describe, type FunctionDescription, type ModuleRules } from './description.js'
import { packageAtHost, packageAtPath, packageModule, packageOfSpecifier } from './javascript-packages.js'
import { isOldNodeCore } from './node-core.js'
import { percentDecoded, sourcePath, withoutExtension } from './source-path.js'

/**
 * JavaScript: engines name scripts by URL, by path, or by a word of their own.
 *
 *     file:///srv/app/src/render.js        project   src/render, below the directory that all of the project share
 *     https://shop.example/js/cart.js      project   shop.example/js/cart
 *     webpack://shop/./src/cart.ts?1a2b    project   src/cart
 *     …/node_modules/@scope/pkg/a.js       package   @scope/pkg/a, of @scope/pkg
 *     node:internal/url   ext:core/a.js    stdlib    node:internal/url, ext:core/a
 *     wasm://wasm/resize-0a1b2c3d          wasm      wasm:resize
 *     eval:105   evalmachine.<anonymous>   eval
 *
 * Without a file: `RegExp: a+` is a regular expression; what is left is native.
 */
export const javascriptRules: ModuleRules = {
  recognizes(name, file) {
    if (file === null) return name.startsWith('RegExp: ') || name.startsWith('wasm-function[')
    return (
      /\.(?:[cm]?[jt]sx?|vue|svelte)(?:\?.*)?$/is.test(file) ||
      /^(?:file:\/\/|node:|webpack(?:-internal)?:|wasm:\/\/|ext:|npm:|jsr:|evalmachine\.|\[eval\d*\]|eval:\d+$)/.test(
        file,
      ) ||
      /(?:^|\/)node_modules\//.test(file)
    )
  },
  isProjectFile: (file) => typeof locate(file) === 'string',
  pathOf(file) {
    const located = locate(file)
    return typeof located === 'string' ? located : file
  },
  describe(name, file, root) {
    if (file === null) return describeNative(name)
    const located = locate(file)
    if (typeof located !== 'string') return located
    return describe('project', withoutExtension(root.relative(located)) || null)
  },
}

/** What a script is, or where it lies in the project: an absolute path, or a relative one that begins with no root. */
function locate(file: string): FunctionDescription | string {
  const evaluated = describeEvaluated(file)
  if (evaluated !== null) return evaluated
  // A drive is one letter, a scheme is more.
  const scheme = /^([a-z][\w+.-]+):/i.exec(file)?.[1]
  if (scheme !== undefined) {
    const known = SCHEMES.get(scheme.toLowerCase())
    if (known !== undefined) return known(file, file.slice(scheme.length + 1))
  }
  if (isOldNodeCore(file)) return describe('stdlib', `node:${withoutExtension(file)}`)
  return locatePath(sourcePath(file))
}

function locatePath(path: string): FunctionDescription | string {
  const installed = packageAtPath(path)
  if (installed !== null) return installed
  if (/^(?:native |v8\/|extensions::|\[native code\]$)/.test(path) || isNativeFile(path))
    return describe('native', null)
  if (path.startsWith('electron/js2c/')) return describe('stdlib', withoutExtension(path))
  if (path.startsWith('webpack/runtime/')) return packageModule('webpack', path.slice('webpack/'.length))
  return path.endsWith('.wasm') ? describe('wasm', path.slice(path.lastIndexOf('/') + 1)) : path
}

/** Code from texts: eval, the vm module, consoles, and what `node -e` and pipes run as the program itself. */
function describeEvaluated(file: string): FunctionDescription | null {
  if (/^\[(?:eval\d*|stdin|worker eval)\]-wrapper$/.test(file)) return describe('stdlib', file)
  if (/^(?:\[(?:eval\d*|stdin|worker eval)\]|REPL\d*)$/.test(file)) return describe('project', file)
  const isEvaluated =
    /^(?:eval:\d+|VM\d+|evalmachine|<?anonymous>?|debugger eval code|__puppeteer_evaluation_script__)$/.test(file) ||
    /^(?:evalmachine\.|eval at |pptr:)/.test(file)
  return isEvaluated ? describe('eval', null) : null
}

type Locate = (file: string, rest: string) => FunctionDescription | string

/** Scripts that a runtime brings along: their URL is the name of the module. */
const ofRuntime: Locate = (file) => describe('stdlib', withoutExtension(withoutQuery(file)))

const ofBundler: Locate = (file) => locateBundled(file)

const ofHost: Locate = (_file, rest) => locateHosted(rest)

/** Add-ons of a browser are not the page's code, whoever wrote them. */
const ofBrowserExtension: Locate = (file) => {
  const found = /^([\w-]+:\/\/[^/?#]*)\/?([^?#]*)/.exec(file)
  return found === null ? describe('package', file) : packageModule(found[1]!, percentDecoded(found[2]!))
}

const ofRegistry: Locate = (file, rest) => packageOfSpecifier(withoutQuery(rest)) ?? describe('package', file)

const ofReact: Locate = (file, rest) => {
  // Server components: rsc://React/Server/ stands before the URL of the script.
  const wrapped = /^\/\/React\/[^/]+\/(?!(?:rsc|about):)(.+)/s.exec(rest)
  return wrapped === null ? ofRuntime(file, rest) : locate(wrapped[1]!)
}

const SCHEMES: ReadonlyMap<string, Locate> = new Map<string, Locate>([
  ...['node', 'internal', 'builtin', 'bun', 'deno', 'ext', 'checkin'].map((scheme) => [scheme, ofRuntime] as const),
  ...['chrome', 'chrome-untrusted', 'devtools', 'edge', 'resource'].map((scheme) => [scheme, ofRuntime] as const),
  ...['chrome', 'moz', 'safari', 'safari-web'].map((of) => [`${of}-extension`, ofBrowserExtension] as const),
  ...['webpack', 'webpack-internal', 'turbopack'].map((scheme) => [scheme, ofBundler] as const),
  ...['http', 'https', 'app', 'capacitor', 'ionic'].map((scheme) => [scheme, ofHost] as const),
  ['npm', ofRegistry],
  ['jsr', ofRegistry],
  ['rsc', ofReact],
  ['about', ofReact],
  ['data', (_file, rest) => locateData(rest)],
  ['blob', (_file, rest) => locateBlob(rest)],
  ['wasm', (_file, rest) => locateWasm(rest)],
])

/** The media type is all that is told apart; what follows is the source itself. */
function locateData(rest: string): FunctionDescription {
  const type = /^[\w.+/-]{1,80}(?=[;,])/.exec(rest)?.[0] ?? 'text/plain'
  return describe(type === 'application/wasm' ? 'wasm' : 'project', `data:${type}`)
}

/** What follows the origin is random in every run. */
function locateBlob(rest: string): FunctionDescription {
  return describe('project', `blob:${/^(?:https?:\/\/)?([^/?#:]*(?::\d+(?![\w-]))?)/.exec(rest)![1]!}`)
}

/** V8 has the hash of the module's bytes, behind its name where it has one. */
function locateWasm(rest: string): FunctionDescription {
  const name = rest.replace(/^\/\/wasm\//, '')
  return describe('wasm', `wasm:${name.replace(/(?<=.)-[\da-f]{6,16}$/s, '')}`)
}

function locateHosted(rest: string): FunctionDescription | string {
  const found = /^\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)/.exec(rest)
  if (found === null) return rest
  const host = found[1]!.toLowerCase()
  const path = percentDecoded(found[2]!)
  const installed = packageAtPath(path) ?? packageAtHost(host, path)
  if (installed !== null) return installed
  if (path.startsWith('/@vite/') || path === '/@react-refresh') return packageModule('vite', path.slice(1))
  // Vite serves what lies outside of its directory by full path.
  if (path.startsWith('/@fs/')) return sourcePath(path.slice(/^\/@fs\/[A-Za-z]:\//.test(path) ? 5 : 4))
  if (path.endsWith('.wasm')) return describe('wasm', path.slice(path.lastIndexOf('/') + 1))
  // On the machine itself the host says nothing but the port of the day.
  const isLocal = /^(?:localhost|[^:]*\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\])(?::\d+)?$/.test(host)
  const below = path.replace(/^\/+/, '')
  return isLocal && below !== '' ? below : `${host}/${below}`.replace(/\/$/, '')
}

/** webpack: `webpack://name/./src/a.js?hash`, `webpack-internal:///(rsc)/./src/a.js`, with loaders before a `!`. */
function locateBundled(file: string): FunctionDescription | string {
  const inside = /^[\w-]+:\/\/(?:@[^/]+\/[^/]+|[^/]*)\/(.*)/s.exec(file)?.[1] ?? file.slice(file.indexOf(':') + 1)
  const external = /^external (?:[\w-]+ )?"([^"]+)"/.exec(inside)
  if (external !== null) return describeExternal(external[1]!)
  const ofWebpack =
    /^(?:webpack\/|\(webpack\)\/)((?:bootstrap|runtime|startup|before-|after-|container|sharing|buildin).*)/s
  const runtime = ofWebpack.exec(inside)
  if (runtime !== null) return packageModule('webpack', withoutQuery(runtime[1]!))
  if (inside.startsWith('[turbopack]/')) return packageModule('turbopack', withoutQuery(inside.slice(12)))
  const resource = withoutQuery(inside.slice(inside.lastIndexOf('!') + 1))
  const path = resource.replace(/^(?:\([\w-]+\)\/|\[project\]\/)/, '')
  // Four slashes: an absolute path. Otherwise it begins where webpack was started, or above.
  return locatePath(sourcePath(path.replace(/^(?:\.{1,2}\/)+/, '')))
}

function describeExternal(request: string): FunctionDescription {
  if (request.startsWith('node:')) return describe('stdlib', request)
  if (isOldNodeCore(`${request}.js`)) return describe('stdlib', `node:${request}`)
  return packageOfSpecifier(request) ?? describe('package', request)
}

/** Code without a script. Bun writes regular expressions with slashes and flags. */
function describeNative(name: string): FunctionDescription {
  if (name.startsWith('RegExp: ') || isRegExpLiteral(name)) return describe('regexp', null)
  if (name.startsWith('wasm-function[')) return describe('wasm', null)
  return describe(name === '(unresolved function)' ? 'program' : 'native', null)
}

function isRegExpLiteral(name: string): boolean {
  const end = name.lastIndexOf('/')
  return end > 1 && name.startsWith('/') && /^[dgimsuvy]{0,8}$/.test(name.slice(end + 1))
}

/** Add-ons, libraries and the runtime itself, as samplers with native stacks see them. */
function isNativeFile(path: string): boolean {
  return (
    /\.(?:node|cc?|cpp|cxx|hh?|hpp|rs|s|exe|dll|dylib|so(?:\.[\d.]+)?)$/i.test(path) ||
    /\/(?:node|bun|deno)$/.test(path)
  )
}

function withoutQuery(url: string): string {
  const at = url.search(/[?#]/)
  return at < 0 ? url : url.slice(0, at)
}
