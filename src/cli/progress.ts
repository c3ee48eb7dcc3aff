import { displayWidth, escapeForTerminal, fitToWidth } from '../encode/terminal.js'

/** Before this nobody wonders what takes so long. */
const DELAY_MS = 300
const INTERVAL_MS = 100
/** Before so much time and this share of the input there is too little to tell the rest by. */
const ESTIMATE_MS = 2000
const ESTIMATE_SHARE = 0.05

/** Where progress is drawn: stderr, or a test. */
export interface ProgressOutput {
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** How far reading an input is, on one line that is drawn over and cleared in the end. */
export class Progress {
  readonly #output: ProgressOutput
  readonly #now: () => number
  readonly #name: string
  readonly #start: number
  #nextAt: number
  #isShown = false

  constructor(name: string, output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#name = escapeForTerminal(name)
    this.#output = output
    this.#now = now
    this.#start = now()
    this.#nextAt = this.#start + DELAY_MS
  }

  /** `size` in bytes is null for a pipe. */
  update(read: number, size: number | null): void {
    if (this.#now() < this.#nextAt) return
    this.#nextAt = this.#now() + INTERVAL_MS
    const end = `: ${(read / 1e6).toFixed(0)} MB read${size === null || size === 0 ? '' : this.#shareText(read / size)}`
    // The last column stays free: some terminals wrap when it is written.
    const width = (this.#output.columns ?? 80) - 1
    this.#output.write(`\r\x1b[K${fitToWidth(this.#name, Math.max(0, width - displayWidth(end)))}${end}`)
    this.#isShown = true
  }

  #shareText(share: number): string {
    const percent = `, ${Math.min(100, Math.floor(share * 100))} %`
    const spent = this.#now() - this.#start
    if (spent < ESTIMATE_MS || share < ESTIMATE_SHARE || share >= 1) return percent
    const seconds = Math.ceil((spent / share - spent) / 1000)
    return `${percent}, about ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} left`
  }

  clear(): void {
    if (this.#isShown) this.#output.write('\r\x1b[K')
    this.#isShown = false
  }
}
