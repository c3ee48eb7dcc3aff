/**
 * From the texts that JavaScript engines have in the place of a file to the paths that people know. Nothing here throws:
 * a text that is no proper URL is kept as it is.
 */

/** More of a `data:` URL would be the source of the module itself. */
const SHOWN_DATA_LENGTH = 64

/** A file as people are shown it: `file:` URLs as paths with their query, the source in `data:` URLs cut off. */
export function shownFile(file: string): string {
  if (file.startsWith('file://')) {
    const end = queryAt(file)
    return pathOfFileUrl(file.slice(0, end)) + file.slice(end)
  }
  if (file.startsWith('data:') && file.length > SHOWN_DATA_LENGTH) {
    // A pair of surrogates is not cut in two.
    const end = isHighSurrogate(file.charCodeAt(SHOWN_DATA_LENGTH - 1)) ? SHOWN_DATA_LENGTH - 1 : SHOWN_DATA_LENGTH
    return `${file.slice(0, end)}…`
  }
  return file
}

/**
 * The path that a `file:` or `vscode-file:` URL or a bare path means, without query, its drive in upper case, Yarn's
 * virtual directories resolved. Other texts only lose the query behind a source file.
 */
export function sourcePath(file: string): string {
  const url = /^(?:vscode-file:\/\/vscode-app|file:\/\/)/i.exec(file)
  const path =
    url === null
      ? file.replace(/(\.(?:[cm]?[jt]sx?|vue|svelte|astro))\?.*/is, '$1')
      : pathOfFileUrl(`file://${file.slice(url[0].length, queryAt(file))}`)
  return withoutVirtual(path.replace(/^[a-z]:\//, (drive) => drive.toUpperCase()))
}

/** Every run of %XX that is UTF-8 becomes text, once; others stay. A lone % does not spoil the rest. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
}

/** Without the extension of a JavaScript or TypeScript source; other extensions tell something and stay. */
export function withoutExtension(path: string): string {
  return path.replace(/(?<=[^/])\.[cm]?[jt]sx?$/i, '')
}

/** `file:///srv/a%20b.js` → `/srv/a b.js`, `file:///c%3A/x.js` → `c:/x.js`, `file://host/share/x.js` → `//host/share/x.js`. */
function pathOfFileUrl(url: string): string {
  const rest = percentDecoded(url.slice('file://'.length))
  if (rest.startsWith('/')) return rest.replace(/^\/(?=[A-Za-z]:(?:\/|$))/, '')
  if (rest.startsWith('localhost/')) return rest.slice('localhost'.length)
  // Written by hand, with two slashes: file://C:/x.js
  return /^[A-Za-z]:\//.test(rest) ? rest : `//${rest}`
}

function queryAt(url: string): number {
  const at = url.search(/[?#]/)
  return at < 0 ? url.length : at
}

/** Yarn: `/srv/.yarn/__virtual__/ui-virtual-0a1b/1/packages/ui/x.js` is `/srv/packages/ui/x.js`, one directory up. */
function withoutVirtual(path: string): string {
  const virtual = /\/(?:__virtual__|\$\$virtual)\/[^/]+\/(\d{1,3})\//.exec(path)
  if (virtual === null) return path
  const base = path.slice(0, virtual.index).split('/')
  const kept = Math.max(base.length - Number(virtual[1]), 1)
  return `${base.slice(0, kept).join('/')}/${path.slice(virtual.index + virtual[0].length)}`
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
