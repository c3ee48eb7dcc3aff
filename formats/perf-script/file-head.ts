/** Bytes of a comment that are looked at. */
const LONGEST = 4096

/** What `perf script --header` says of the recording, in the lines that begin with `#`. */
export class FileHead {
  producer: string | null = null
  command: string | null = null
  hostname: string | null = null
  /** Samples a second that were asked for; null when the period was fixed. */
  frequency: number | null = null

  /** A comment without its `#`. */
  add(text: string): void {
    const match = /^\s*([a-z ]+?)\s*:\s*(.*?)\s*$/.exec(text.slice(0, LONGEST))
    if (match === null) return
    const value = match[2]!
    switch (match[1]) {
      case 'perf version':
        this.producer = `perf ${value}`
        break
      case 'cmdline':
        this.command = value
        break
      case 'hostname':
        this.hostname = value
        break
      case 'event': {
        const frequency = Number(/\bsample_freq \} = (\d+)\b.*\bfreq = 1\b/.exec(value)?.[1])
        if (this.frequency === null && frequency > 0) this.frequency = frequency
      }
    }
  }
}
