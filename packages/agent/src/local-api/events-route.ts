/**
 * What changes, as it changes (Server-Sent Events, HTML Living Standard §9.2): for the owner's page and for a
 * product's own display. An event says what to ask for again, never more.
 */
import type { UpdateRun } from '../run/update-run.ts'
import type { LocalRoute } from './route.ts'

const HEARTBEAT_MS = 20_000
const LISTENERS_MAX_COUNT = 16

export function eventsRoute(run: UpdateRun): LocalRoute {
  const listeners = new Set<AbortSignal>()
  return {
    method: 'GET',
    path: '/1/events',
    summary:
      'A stream of `state`, `notice` and `settings`, each when there is something new to ask for.',
    forPage: true,
    answer: async ({ signal }) => {
      // More are no displays of one device.
      if (listeners.size >= LISTENERS_MAX_COUNT) return { json: { tooMany: listeners.size } }
      listeners.add(signal)
      signal.addEventListener('abort', () => listeners.delete(signal), { once: true })
      return { stream: stream(run, signal), contentType: 'text/event-stream' }
    },
  }
}

async function* stream(run: UpdateRun, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // Only which events wait, not how often: a slow listener costs three words.
  const waiting = new Set<string>(['state'])
  let wake = () => {}
  signal.addEventListener('abort', () => wake(), { once: true })
  const stop = run.onNews(({ event }) => {
    waiting.add(event)
    wake()
  })
  try {
    while (!signal.aborted) {
      for (const event of waiting) {
        waiting.delete(event)
        yield Buffer.from(`event: ${event}\ndata: {}\n\n`)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          waiting.add('heartbeat')
          resolve()
        }, HEARTBEAT_MS)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (waiting.size > 0 || signal.aborted) wake()
      })
    }
  } finally {
    stop()
  }
}
