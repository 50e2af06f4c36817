/** What only the running agent knows of itself: asked by GET /1/doctor. Pure. */
import type { IntegrityStatus } from '../integrity/integrity-watch.ts'
import { type Check, type Finding, note, ok, warning, wrong } from './check.ts'

export interface Running {
  readonly integrity: IntegrityStatus
  readonly line: 'mqtt' | 'https' | 'offline'
  /** Seconds since 1970, as `now`. */
  readonly lastServerContact: number | undefined
  readonly now: number
  readonly remoteManagement: boolean
  readonly pageLocalNetwork: boolean
}

export interface RunningCheck extends Pick<Check, 'id' | 'what' | 'why'> {
  look(running: Running): Finding
}

/** Whoever is silent for longer gets no security updates any more, and nobody notices. */
const SILENCE_MAX_SECONDS = 30 * 86_400
const PATHS_SHOWN_MAX_COUNT = 5

export const runningChecks: readonly RunningCheck[] = [
  {
    id: 'files-unaltered',
    what: 'The agent, its configuration and what runs are as the baseline has them.',
    why: 'Somebody or a failing disk has changed what was verified.',
    look: ({ integrity: { state, checkedAt, damaged = [] } }) => {
      if (state === 'unknown') return note('not compared yet', 'ask again in a few minutes')
      if (state === 'ok') return ok(`compared ${isoOf(checkedAt)}`)
      const shown = damaged.slice(0, PATHS_SHOWN_MAX_COUNT).join(', ')
      const rest = damaged.length - PATHS_SHOWN_MAX_COUNT
      return wrong(
        `damaged: ${shown}${rest > 0 ? ` and ${rest} more` : ''}`,
        'the agent installs the slot again by itself; install the agent again if it is the agent',
      )
    },
  },
  {
    id: 'server-in-contact',
    what: 'The agent talks to its server.',
    why: 'Without it there are no security updates.',
    look: ({ line, lastServerContact, now }) => {
      if (line !== 'offline') return ok(line)
      const next = 'fleetward-agent doctor --online says what is in the way'
      if (lastServerContact === undefined) return note('no contact since the agent started', next)
      const seen = `none since ${isoOf(lastServerContact)}`
      return now - lastServerContact > SILENCE_MAX_SECONDS ? warning(seen, next) : note(seen, next)
    },
  },
  {
    id: 'remote-management-off',
    what: 'The manufacturer cannot reset the device from afar.',
    why: 'It is off unless the owner or the factory settings want it.',
    look: ({ remoteManagement }) =>
      remoteManagement
        ? note('allowed', 'fleetward-agent settings remoteManagement=false, if nobody needs it')
        : ok('off'),
  },
  {
    id: 'page-on-this-machine',
    what: 'The owner’s page is reached from this machine alone.',
    why: 'On the local network everybody there can try pairing codes, though over TLS and slowly.',
    look: ({ pageLocalNetwork }) =>
      pageLocalNetwork
        ? note(
            'open to the local network',
            'fleetward-agent settings pageLocalNetwork=false, if nobody needs it',
          )
        : ok('this machine alone'),
  },
]

const isoOf = (seconds: number | undefined) => new Date((seconds ?? 0) * 1000).toISOString()
