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

/** For whom this page is: what it shows and what was typed is theirs. Undefined: nobody was here yet. */
let person: string | undefined
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
  if (person === undefined && knock === 'sign-in') {
    const next = `${location.pathname}${location.search}`
    location.assign(`/sign-in?${new URLSearchParams({ next })}`)
    return new Promise(() => {})
  }
  knocking.value = knock
  waiting ??= Promise.withResolvers<void>()
  return waiting.promise
}

/** Who the session is of. Pages of this browser that are somebody else's begin anew: its requests are this one's now. */
export function noteEntered(id: string): void {
  if (isSomebodyElse(id)) {
    beginAnew()
    return
  }
  person = id
  tell({ person: id })
}

export function isSomebodyElse(id: string): boolean {
  return person !== undefined && person !== id
}

/** Then nobody is asked whether to stay: what is not saved is not theirs who would answer. */
export let isBegunAnew = false

/** What one person began is never sent as another: nothing of it is left. */
export function beginAnew(): void {
  isBegunAnew = true
  location.reload()
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

type News = 'entered' | { readonly person: string }

export function listenAtDoor(): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }: MessageEvent<News>) => {
    if (data === 'entered') entered()
    else if (isSomebodyElse(data.person)) beginAnew()
  })
}

export function tellDoorIsOpen(): void {
  tell('entered')
}

function tell(news: News): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(news)
  channel.close()
}
