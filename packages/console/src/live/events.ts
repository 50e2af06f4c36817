/**
 * What happens on the server, as it happens: one stream of server-sent events for the whole page. The browser connects
 * again by itself and says which event it had last, so nothing is missed; where the server says that too much was, all
 * is asked anew.
 */
import { signal } from '@preact/signals'
import { API } from '../api/call.ts'
import { noteBrokenLine } from './away.ts'

export interface LiveEvent {
  readonly id: string
  readonly type: string
  /** Seconds since 1970. */
  readonly at: number
  readonly product?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What a listener wants: `rollout.stopped`, a family `rollout.*`, or everything as `*`. */
export type EventPattern = string

interface Listener {
  readonly patterns: readonly EventPattern[]
  readonly hear: (event: LiveEvent | undefined) => void
}

const listeners = new Set<Listener>()
/** Whether the stream stands: pages say that they are live, or as of when they are. */
export const isLive = signal(false)

/** `hear` gets undefined when events may have been missed. Returns what ends it. */
export function listen(
  patterns: readonly EventPattern[],
  hear: (event: LiveEvent | undefined) => void,
): () => void {
  const listener = { patterns, hear }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function startListening(): EventSource {
  const source = new EventSource(`${API}/events`)
  source.addEventListener('open', () => {
    isLive.value = true
  })
  source.addEventListener('error', () => {
    isLive.value = false
    // The browser gives up for good when it is refused, as without a session; once somebody is in again, it goes on.
    if (source.readyState === EventSource.CLOSED) setTimeout(startListening, AGAIN_MS)
    else void noteBrokenLine()
  })
  source.addEventListener('gap', () => tell(undefined))
  source.addEventListener('message', ({ data }) => {
    const event = eventOf(data)
    if (event !== undefined) tell(event)
  })
  return source
}

const AGAIN_MS = 5000

function tell(event: LiveEvent | undefined): void {
  for (const { patterns, hear } of listeners) {
    if (event === undefined || patterns.some((pattern) => isMeant(pattern, event.type))) hear(event)
  }
}

export function isMeant(pattern: EventPattern, type: string): boolean {
  if (pattern === '*' || pattern === type) return true
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))
}

function eventOf(text: string): LiveEvent | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isEvent = typeof value === 'object' && value !== null && 'type' in value
    return isEvent ? (value as LiveEvent) : undefined
  } catch {
    return undefined
  }
}
