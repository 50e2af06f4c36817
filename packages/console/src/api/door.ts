/**
 * Signing in again, and proving again that it is you, in a tab of its own: the page that asked keeps what was typed.
 * That tab ends at {@link BACK}, which tells all others and closes itself.
 */
import { signal } from '@preact/signals'

export type Knock = 'sign-in' | 'step-up'

export const BACK = '/console/back'
const CHANNEL = 'fleetward-door'

/** What is asked for now; a dialog of the shell shows it. */
export const knocking = signal<Knock | undefined>(undefined)

let hasBeenIn = false
let waiting: PromiseWithResolvers<void> | undefined

/** The person would not. What waited for it is given up, and said so. */
export class NotEntered extends Error {
  constructor() {
    super('Not signed in')
    this.name = 'NotEntered'
  }
}

/** Ends when somebody came in. However many requests wait, one dialog asks. */
export function askToEnter(knock: Knock): Promise<void> {
  // Nobody was here yet, so nothing can be lost: the page itself goes to the door and comes back.
  if (!hasBeenIn && knock === 'sign-in') {
    const next = `${location.pathname}${location.search}`
    location.assign(`/sign-in?${new URLSearchParams({ next })}`)
    return new Promise(() => {})
  }
  knocking.value = knock
  waiting ??= Promise.withResolvers<void>()
  return waiting.promise
}

/** Somebody is known to this page from now on. */
export function noteEntered(): void {
  hasBeenIn = true
}

export function entered(): void {
  end((door) => door.resolve())
}

export function notEntered(): void {
  end((door) => door.reject(new NotEntered()))
}

function end(settle: (door: PromiseWithResolvers<void>) => void): void {
  const door = waiting
  waiting = undefined
  knocking.value = undefined
  if (door !== undefined) settle(door)
}

/** Where the tab begins that lets somebody in. */
export function doorAddress(knock: Knock): string {
  return `/${knock}?${new URLSearchParams({ next: BACK })}`
}

export function listenAtDoor(): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', () => entered())
}

export function tellDoorIsOpen(): void {
  new BroadcastChannel(CHANNEL).postMessage('entered')
}
