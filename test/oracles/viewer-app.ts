import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, extname, join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** The folder of speedscope's own web application. */
const APP = dirname(createRequire(import.meta.url).resolve('speedscope/dist/release/index.html'))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

/** The browser never asks for anything but what the test serves; names of hosts do not even resolve. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

/** One row of the application's table of functions, its texts as shown. */
export interface ViewerRow {
  readonly name: string
  /** File of the function, '' for none. */
  readonly file: string
  /** Cost with a share in brackets: `14.42ms (16%)`. */
  readonly total: string
  readonly self: string
}

/** What the application made of a file. */
export interface ViewerPage {
  /** Exceptions of the page, complaints on its console, dialogs. */
  readonly errors: readonly string[]
  /** Addresses that were asked for outside the test's own server. */
  readonly outside: readonly string[]
  /** Name of the file as a whole, in the title of the window. */
  readonly title: string
  /** All text of the page, the name of the shown profile among it. */
  readonly text: string
  /** Name and weight of each profile in the list of profiles, which only a file with several has. */
  readonly profiles: readonly (readonly [name: string, weight: string])[]
  readonly rows: readonly ViewerRow[]
  /** What its export button saves: its own model of all profiles, not rounded. */
  readonly exported: Uint8Array
}

/** The path of a Chromium: `CALLCOST_CHROMIUM`, or the first on PATH; undefined when there is none. */
export function findChromium(): string | undefined {
  const own = process.env.CALLCOST_CHROMIUM
  if (own) return own
  return ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path))
}

/** speedscope's application in a headless browser, served from this process. */
export class ViewerApp {
  readonly #server: Server
  readonly #context: BrowserContext
  readonly #userData: string
  readonly #files: Map<string, Uint8Array>

  private constructor(server: Server, context: BrowserContext, userData: string, files: Map<string, Uint8Array>) {
    this.#server = server
    this.#context = context
    this.#userData = userData
    this.#files = files
  }

  static async open(executablePath: string): Promise<ViewerApp> {
    const files = new Map<string, Uint8Array>()
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const body = files.get(pathname) ?? appFile(pathname)
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': TYPES[extname(pathname)] ?? 'image/x-icon' })
      response.end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const userData = mkdtempSync(join(tmpdir(), 'callcost-chromium-'))
    const context = await chromium.launchPersistentContext(userData, {
      executablePath,
      headless: true,
      args: ARGUMENTS,
      locale: 'en-US',
      viewport: { width: 1200, height: 1200 },
      acceptDownloads: true,
    })
    context.setDefaultTimeout(20_000)
    return new ViewerApp(server, context, userData, files)
  }

  async close(): Promise<void> {
    await this.#context.close()
    this.#server.close()
    rmSync(this.#userData, { recursive: true, force: true })
  }

  /** Opens a file and looks at its table of functions. */
  async show(bytes: Uint8Array): Promise<ViewerPage> {
    const path = `/profile-${this.#files.size}.json`
    this.#files.set(path, bytes)
    const origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    const errors: string[] = []
    let fail = (): void => {}
    const failed = new Promise<void>((resolve) => {
      fail = resolve
    })
    const report = (message: string): void => {
      errors.push(message)
      fail()
    }
    const outside: string[] = []
    const page = await this.#context.newPage()
    page.on('pageerror', (error) => report(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' || /^Failed/.test(message.text())) report(message.text())
    })
    page.on('dialog', (dialog) => {
      report(dialog.message())
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(`${origin}/`)) outside.push(request.url())
    })
    await page.goto(`${origin}/index.html#profileURL=${path}&view=sandwich`)
    const shown = page.locator(`${FUNCTION_ROW} >> nth=0`).waitFor()
    await Promise.race([shown, failed]).catch((error: unknown) => report(String(error)))
    // When the page failed, nobody waits for the table any more.
    shown.catch(() => {})
    const result = {
      errors,
      outside,
      title: (await page.title()).replace(/ - speedscope$/, ''),
      text: (await page.textContent('body')) ?? '',
      profiles: await profileList(page),
      rows: errors.length > 0 ? [] : await functionRows(page),
      exported: errors.length > 0 ? new Uint8Array() : await exported(page),
    }
    await page.close()
    return result
  }
}

/** Rows of functions have bars; rows of profiles have a title. */
const FUNCTION_ROW = 'tr:not([title]) > td:first-child:has(div)'
const ROW_HEIGHT = 20

function appFile(pathname: string): Uint8Array | undefined {
  const path = join(APP, basename(pathname))
  return existsSync(path) && extname(path) !== '' ? readFileSync(path) : undefined
}

/** What is used of the browser's HTMLTableRowElement: the types of Node know no DOM. */
interface TableRow {
  readonly cells: readonly [total: TableCell, self: TableCell, name: TableCell]
}

interface TableCell {
  readonly textContent: string
  readonly title: string
}

/** All rows of the table, of which the page holds only those in sight. */
async function functionRows(page: Page): Promise<ViewerRow[]> {
  const rows: ViewerRow[] = []
  const table = page.locator('div[style^="height"]:has(> div[style^="transform"])')
  const height = await table.evaluate((element) => Number.parseFloat(element.style.height))
  while (rows.length * ROW_HEIGHT < height) {
    const top = rows.length * ROW_HEIGHT
    await table.evaluate((element, to) => {
      element.parentElement?.scrollTo(0, to)
    }, top)
    // Two frames: one for the event of scrolling, one for what it renders.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const seen = await table.evaluate((element) => ({
      first: Number.parseFloat(element.firstElementChild.style.transform.slice('translateY('.length)),
      rows: Array.from<TableRow>(element.querySelectorAll('tr')).map(({ cells: [total, self, name] }) => ({
        name: name.textContent,
        file: name.title,
        total: total.textContent,
        self: self.textContent,
      })),
    }))
    const known = rows.length - seen.first / ROW_HEIGHT
    const fresh = seen.rows.slice(known)
    if (known < 0 || fresh.length === 0) throw new Error(`no rows at ${top} of ${height}`)
    rows.push(...fresh)
  }
  return rows
}

/** The list of profiles, which is there from the start but hidden. */
async function profileList(page: Page): Promise<[name: string, weight: string][]> {
  const rows = await page.locator('tr[title]').all()
  return Promise.all(
    rows.map(async (row): Promise<[string, string]> => {
      const cells = await row.locator('td').allTextContents()
      return [cells[1] ?? '', cells[2] ?? '']
    }),
  )
}

async function exported(page: Page): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Export').click()])
  return new Uint8Array(readFileSync(await download.path()))
}
