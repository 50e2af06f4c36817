/** An agent's log line in the words of the table and of the story. Pure. */

type Event = Record<string, unknown>

/** What is shown as the last message; undefined for events that change nothing a person sees. */
export function lastMessage(event: Event): string | undefined {
  switch (event.event) {
    case 'started':
      return 'switched on'
    case 'enrolled':
      return 'has its certificate'
    case 'enrolment-failed':
      return `cannot enrol yet: ${event.reason ?? event.code}`
    case 'online':
      return 'connected over MQTT'
    case 'verified':
      return `verified ${verifiedWhat(event)}`
    case 'refused':
      return `refused ${event.what}: ${event.code}`
    case 'state':
      // The failure stays to be read; that the device is ready again is in the column of its state.
      if (event.from === 'failed') return undefined
      return event.code === undefined
        ? `${event.from} → ${event.to}`
        : `${event.from} → ${event.to}: ${event.code}`
    case 'effect-failed':
      return `tries again: ${event.code}`
    default:
      return undefined
  }
}

/** What is told of one device: what it verified, with the facts that identify it, and why it went back. */
export function tidings(event: Event): string | undefined {
  if (event.event === 'verified') return `${event.device} verified ${verifiedWhat(event)}`
  if (event.event === 'state' && event.to === 'rollingBack') {
    return `${event.device} rolls ${event.version} back: ${event.code}`
  }
  return undefined
}

function verifiedWhat(event: Event): string {
  const short = (digest: unknown) => `${String(digest).slice(0, 12)}…`
  switch (event.what) {
    case 'manifest':
      return `the manifest: director's signature, audience, sequence ${event.seq}`
    case 'metadata':
    case 'release':
      return `the release: offline signatures on ${event.path ?? event.version}`
    case 'artifact':
      return `the artifact: every chunk, ${event.length} bytes, sha256 ${short(event.sha256)}`
    case 'slot':
      return `slot ${event.slot}: every file of ${event.version}, read back`
    default:
      return String(event.what)
  }
}
