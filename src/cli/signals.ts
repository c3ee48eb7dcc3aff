const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `cleanUp` when a signal ends the process. The signal is then sent again, without us in its way, so that the
 * shell sees what happened: exit code 130 for Ctrl-C, 143 for SIGTERM. Returns what stops listening.
 */
export function onSignal(cleanUp: () => void): () => void {
  const handle = (signal: NodeJS.Signals) => {
    stop()
    cleanUp()
    process.kill(process.pid, signal)
  }
  const stop = () => {
    for (const signal of SIGNALS) process.off(signal, handle)
  }
  for (const signal of SIGNALS) process.on(signal, handle)
  return stop
}
